package objects

import (
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// busyKMS are the codes that S3 passes on from AWS KMS when that is busy: a quota of requests is
// used up, or it does not answer ("Decrypt", AWS KMS API Reference). The SDK does not know them.
var busyKMS = map[string]struct{}{
	"KMS.ThrottlingException":        {},
	"KMS.DependencyTimeoutException": {},
	"KMS.KMSInternalException":       {},
}

// throttles are the errors that ask to slow down.
var throttles = retry.IsErrorThrottles(append(
	slices.Clone(retry.DefaultThrottles), retry.ThrottleErrorCode{Codes: busyKMS},
))

// retryer tries a request again as the SDK does, and tells when S3 asks to slow down.
type retryer struct {
	aws.RetryerV2
	throttled func()
}

// newRetryer has no quota of retries, which the SDK has by default: with many requests under
// way, S3 asking to slow down for a few seconds would use it up, and fail all of them.
func newRetryer(attempts int, throttled func()) aws.Retryer {
	if throttled == nil {
		throttled = func() {}
	}
	return retryer{throttled: throttled, RetryerV2: retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.RateLimiter = ratelimit.None
		o.Throttles = throttles
		o.Retryables = append(o.Retryables, retry.RetryableErrorCode{Codes: busyKMS})
	})}
}

// RetryDelay returns how long to wait after the attempt.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	// An answer to HEAD has no code.
	if throttles.IsErrorThrottle(err).Bool() || status(err) == http.StatusServiceUnavailable {
		r.throttled()
	}
	return r.RetryerV2.RetryDelay(attempt, err)
}
