package objects

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

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
	})}
}

// RetryDelay returns how long to wait after the attempt.
func (r retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	throttles := retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err).Bool()
	if throttles || status(err) == http.StatusServiceUnavailable { // An answer to HEAD has no code.
		r.throttled()
	}
	return r.RetryerV2.RetryDelay(attempt, err)
}
