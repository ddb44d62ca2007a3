package doctor

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	batchtypes "github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Quota is one of Service Quotas: how many vCPUs may be used at once in the account.
type Quota struct{ Service, Code string }

// classes are the classes of instances that share a quota, by the beginnings of the names of their
// families: up to the first digit.
var classes = map[string]string{
	"a": "standard", "c": "standard", "d": "standard", "h": "standard", "i": "standard", "im": "standard",
	"is": "standard", "m": "standard", "r": "standard", "t": "standard", "z": "standard",
	// What AWS Batch chooses by itself.
	"default_arm": "standard", "default_x": "standard",
	"g": "G and VT", "vt": "G and VT",
}

// quotas are those of Fargate ("AWS Fargate service quotas", Amazon ECS Developer Guide), and of
// instances ("On-Demand Instance quotas", EC2 User Guide, and the page after it) by their classes.
var quotas = map[batchtypes.CRType]map[string]Quota{
	batchtypes.CRTypeFargate:     {"": {"fargate", "L-3032A538"}},
	batchtypes.CRTypeFargateSpot: {"": {"fargate", "L-36FBB829"}},
	batchtypes.CRTypeEc2:         {"standard": {"ec2", "L-1216C47A"}, "G and VT": {"ec2", "L-DB2E81BA"}},
	batchtypes.CRTypeSpot:        {"standard": {"ec2", "L-34B43A08"}, "G and VT": {"ec2", "L-3819A6DF"}},
}

// QuotaOf is the quota that bounds a compute environment; false if none is known, or if there are
// several.
func QuotaOf(resources batchtypes.ComputeResource) (Quota, bool) {
	class := ""
	for i, name := range resources.InstanceTypes {
		family := name
		if digit := strings.IndexAny(name, "0123456789"); digit >= 0 {
			family = name[:digit]
		}
		if i > 0 && classes[family] != class {
			return Quota{}, false
		}
		class = classes[family]
	}
	quota, known := quotas[resources.Type][class]
	return quota, known
}

var quotasCheck = Check{
	Name:  "quotas",
	Asks:  "Does the account allow as many vCPUs as the compute environments may have?",
	Known: "servicequotas:GetServiceQuota, beside maxvCpus",
	look: func(facts Facts, found func(Trouble)) {
		for _, e := range facts.Environments {
			if e.ComputeResources == nil {
				continue
			}
			of, _ := QuotaOf(*e.ComputeResources)
			quota, known := facts.Quotas[of]
			most := float64(aws.ToInt32(e.ComputeResources.MaxvCpus))
			if !known || quota >= most {
				continue
			}
			wrong := fmt.Sprintf("compute environment %s may have %g vCPUs, and the account's quota of %s is %g",
				aws.ToString(e.ComputeEnvironmentName), most, e.ComputeResources.Type, quota)
			if need := facts.Size.VCPU; need > quota {
				wrong += fmt.Sprintf(": not even one job fits, which needs %g", need)
			}
			found(Trouble{
				Wrong: wrong,
				Mend: fmt.Sprintf("aws service-quotas request-service-quota-increase --service-code %s"+
					" --quota-code %s --desired-value %g; or lower Compute in stacks/environments/environments.go",
					of.Service, of.Code, most),
			})
		}
	},
}
