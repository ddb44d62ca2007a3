package doctor

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// FargateService is what Service Quotas calls AWS Fargate.
const FargateService = "fargate"

// quotaCodes are the quotas of Fargate's vCPUs ("AWS Fargate service quotas", Amazon ECS Developer
// Guide), by the type of a compute environment.
var quotaCodes = map[batchtypes.CRType]string{
	batchtypes.CRTypeFargate:     "L-3032A538",
	batchtypes.CRTypeFargateSpot: "L-36FBB829",
}

// QuotaCode is the quota that bounds a compute environment of the type; false if none is known.
func QuotaCode(kind batchtypes.CRType) (string, bool) {
	code, ok := quotaCodes[kind]
	return code, ok
}

var quotasCheck = Check{
	Name:  "quotas",
	Asks:  "Does the account allow as many vCPUs as the compute environments may have?",
	Known: "servicequotas:GetServiceQuota, beside maxvCpus",
	look: func(facts Facts) []Trouble {
		var all []Trouble
		for _, e := range facts.Environments {
			if e.ComputeResources == nil {
				continue
			}
			quota, known := facts.Quotas[e.ComputeResources.Type]
			most := float64(aws.ToInt32(e.ComputeResources.MaxvCpus))
			if !known || quota >= most {
				continue
			}
			wrong := fmt.Sprintf("compute environment %s may have %g vCPUs, and the account's quota of %s is %g",
				aws.ToString(e.ComputeEnvironmentName), most, e.ComputeResources.Type, quota)
			if need := facts.Size.VCPU; need > quota {
				wrong += fmt.Sprintf(": not even one job fits, which needs %g", need)
			}
			all = append(all, Trouble{
				Wrong: wrong,
				Mend: fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s"+
					" --quota-code %s --desired-value %g; or lower Compute in stacks/environments/environments.go",
					FargateService, quotaCodes[e.ComputeResources.Type], most),
			})
		}
		return all
	},
}
