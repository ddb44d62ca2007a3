// Package people writes for people: numbers, sizes and times in one way everywhere, text
// that anybody may have chosen, commands to type, and links to the console of AWS.
package people
