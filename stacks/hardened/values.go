package hardened

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// Seconds returns a duration, which must be whole seconds, as the CDK takes it.
func Seconds(d time.Duration) awscdk.Duration {
	return awscdk.Duration_Seconds(jsii.Number(d.Seconds()))
}

// Variables returns named values as the CDK takes environment variables.
func Variables(values map[string]string) *map[string]*string {
	pointers := make(map[string]*string, len(values))
	for name, value := range values {
		pointers[name] = &value
	}
	return &pointers
}
