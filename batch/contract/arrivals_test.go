package contract_test

import (
	"errors"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestArrivalsCanBeAskedForIfAQueueTellsOfThem(t *testing.T) {
	for _, test := range []struct {
		input, queue string
		allowed      bool
	}{
		{`{"arrivals":true}`, "https://sqs/arrivals", true},
		{`{"arrivals":true,"include":["**/*.csv"],"unless_running":true}`, "https://sqs/arrivals", true},
		{`{"arrivals":true}`, "", false},
		{`{"arrivals":false}`, "https://sqs/arrivals", false},
		{`{"arrivals":"yes"}`, "https://sqs/arrivals", false},
		{`{"arrivals":true,"prefix":"a"}`, "https://sqs/arrivals", false},
	} {
		input, err := contract.ParseInput([]byte(test.input), contract.PlanSettings{Arrivals: test.queue})
		_, refused := errors.AsType[*contract.InvalidInput](err)
		if refused == test.allowed || test.allowed && input.Source != contract.SourceArrivals {
			t.Errorf("%s with the queue %q: got %+v and %v", test.input, test.queue, input, err)
		}
	}
}
