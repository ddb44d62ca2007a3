package contract

import (
	"fmt"
	"strconv"

	"github.com/caarlos0/env/v11"
)

// maxAttempts is how many attempts a job may have ("Automated job retries", AWS Batch User
// Guide).
const maxAttempts = 10

// AttemptNumber is the number of the job's attempt, counted from 1, from the variables that
// AWS Batch sets ("AWS Batch job environment variables", AWS Batch User Guide). Without AWS
// Batch it is 1.
func AttemptNumber(variables []string) (int, error) {
	const name = "AWS_BATCH_JOB_ATTEMPT"
	text, ok := env.ToMap(variables)[name]
	if !ok {
		return 1, nil
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < 1 || number > maxAttempts || text != strconv.Itoa(number) {
		return 0, fmt.Errorf("environment variables: %s: got %q, want 1 to %d", name, text, maxAttempts)
	}
	return number, nil
}
