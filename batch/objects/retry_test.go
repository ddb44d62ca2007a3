package objects

import (
	"errors"
	"net/http"
	"testing"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func answered(status int, code string) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code},
	}}
}

func TestWhoeverMakesTheRequestsIsToldThatS3AsksToSlowDown(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		want int
	}{
		{"SlowDown", answered(http.StatusServiceUnavailable, "SlowDown"), 1},
		{"no code, as an answer to HEAD", answered(http.StatusServiceUnavailable, ""), 1},
		{"a quota of KMS", answered(http.StatusBadRequest, "ThrottlingException"), 1},
		{"a quota of KMS, as S3 passes it on", answered(http.StatusBadRequest, "KMS.ThrottlingException"), 1},
		{"an error of the server", answered(http.StatusInternalServerError, "InternalError"), 0},
		{"a broken connection", errors.New("connection reset"), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			told := 0
			if _, err := newRetryer(8, func() { told++ }).RetryDelay(1, test.err); err != nil {
				t.Fatal(err)
			}
			if told != test.want {
				t.Errorf("told %d times, want %d", told, test.want)
			}
		})
	}
}

func TestWhatMayWorkLaterIsTriedAgain(t *testing.T) {
	for code, want := range map[string]bool{
		"SlowDown": true, "ThrottlingException": true, "KMS.ThrottlingException": true, "KMS.DependencyTimeoutException": true,
		"KMS.DisabledException": false, "AccessDenied": false,
	} {
		if got := newRetryer(8, nil).IsErrorRetryable(answered(http.StatusBadRequest, code)); got != want {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
	}
}

func TestRetriesDoNotRunOut(t *testing.T) {
	retryer := newRetryer(8, nil)
	for i := range 10_000 {
		if _, err := retryer.GetRetryToken(t.Context(), answered(http.StatusServiceUnavailable, "SlowDown")); err != nil {
			t.Fatalf("retry %d: %v", i, err)
		}
	}
}
