// Package sqs is Amazon SQS on this machine: a template's standard queues, their dead-letter queues,
// and of the calls those that the programs make. Its time is the account's, so that a visibility
// timeout can pass at once.
package sqs
