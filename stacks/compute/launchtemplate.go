package compute

import (
	_ "embed" // The script that prepares an instance.
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"batchjobwithlambda/stacks/network"
)

// prepare is run as root when an instance starts, before its agent asks for jobs.
//
//go:embed prepare.sh
var prepare string

// userData is the script in the form that AWS Batch can join with its own ("Amazon EC2 user data in
// launch templates", AWS Batch User Guide).
func userData() string {
	const boundary = "==PREPARE=="
	return base64.StdEncoding.EncodeToString([]byte(strings.Join([]string{
		"MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="` + boundary + `"`,
		"",
		"--" + boundary,
		`Content-Type: text/x-shellscript; charset="us-ascii"`,
		"",
		prepare,
		"--" + boundary + "--",
		"",
	}, "\n")))
}

// newLaunchTemplate returns what all instances have in common. There is no key, so nobody can log in.
func (e EC2) newLaunchTemplate(scope constructs.Construct, id string, in *network.Network) awsec2.CfnLaunchTemplate {
	data := &awsec2.CfnLaunchTemplate_LaunchTemplateDataProperty{
		UserData: jsii.String(userData()),
		MetadataOptions: &awsec2.CfnLaunchTemplate_MetadataOptionsProperty{
			HttpTokens: jsii.String("required"),
			// A container with a network of its own would be one hop further away. Those of AWS Batch have the
			// instance's, so prepare.sh keeps them from it.
			HttpPutResponseHopLimit: jsii.Number(1),
		},
		BlockDeviceMappings: &[]any{
			&awsec2.CfnLaunchTemplate_BlockDeviceMappingProperty{
				DeviceName: jsii.String("/dev/xvda"),
				Ebs: &awsec2.CfnLaunchTemplate_EbsProperty{
					VolumeType: jsii.String("gp3"),
					VolumeSize: jsii.Number(e.DiskGiB),
					// By the account's own key for EBS: one of the stack's would have to be granted to whatever
					// starts the instances.
					Encrypted:           jsii.Bool(true),
					DeleteOnTermination: jsii.Bool(true),
				},
			},
		},
		TagSpecifications: e.tags(),
	}
	if in.PublicAddresses {
		data.NetworkInterfaces = &[]any{
			&awsec2.CfnLaunchTemplate_NetworkInterfaceProperty{
				DeviceIndex:              jsii.Number(0),
				AssociatePublicIpAddress: jsii.Bool(true),
				DeleteOnTermination:      jsii.Bool(true),
				// An interface that is described has its groups here, and not beside it.
				Groups: groupIDs(in.SecurityGroups),
			},
		}
	}
	return awsec2.NewCfnLaunchTemplate(scope, &id, &awsec2.CfnLaunchTemplateProps{LaunchTemplateData: data})
}

// tags are put on each instance and each disk; nil for none.
func (e EC2) tags() any {
	if len(e.Tags) == 0 {
		return nil
	}
	var tags []*awscdk.CfnTag
	for _, name := range slices.Sorted(maps.Keys(e.Tags)) {
		tags = append(tags, &awscdk.CfnTag{Key: &name, Value: jsii.String(e.Tags[name])})
	}
	var specifications []any
	for _, kind := range []string{"instance", "volume"} {
		specifications = append(specifications, &awsec2.CfnLaunchTemplate_TagSpecificationProperty{
			ResourceType: &kind,
			Tags:         &tags,
		})
	}
	return &specifications
}
