// Package cost says what runs cost, by the prices of AWS.
package cost
