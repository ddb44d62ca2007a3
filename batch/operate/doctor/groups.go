package doctor

import "strings"

// SecurityGroup says what a job may reach.
type SecurityGroup struct {
	ID  string `xml:"groupId"`
	VPC string `xml:"vpcId"`
	// Out are what it lets out.
	Out []struct {
		// Protocol is tcp, or -1 for all; the ports are both 0 then.
		Protocol string `xml:"ipProtocol"`
		From     int    `xml:"fromPort"`
		To       int    `xml:"toPort"`
	} `xml:"ipPermissionsEgress>item"`
}

// httpsPort is the one by which a job reaches its image, its log and its objects.
const httpsPort = 443

// letsOut reports whether something may be reached by HTTPS, whatever it is.
func (g SecurityGroup) letsOut() bool {
	for _, rule := range g.Out {
		if rule.Protocol == "-1" || rule.Protocol == "tcp" && rule.From <= httpsPort && httpsPort <= rule.To {
			return true
		}
	}
	return false
}

var securityGroupsCheck = Check{
	Name:  "security groups",
	Asks:  "Do the security groups of a job let HTTPS out?",
	Known: "ec2:DescribeSecurityGroups, ipPermissionsEgress",
	look: func(facts Facts, found func(Trouble)) {
		var ids []string
		for _, group := range facts.Network.SecurityGroups {
			if group.letsOut() { // What one of them lets out gets out.
				return
			}
			ids = append(ids, group.ID)
		}
		if len(ids) == 0 {
			return
		}
		found(Trouble{
			Wrong: "security group " + strings.Join(ids, ", ") + " lets no HTTPS out, so a job reaches neither image nor object",
			Mend: "aws ec2 authorize-security-group-egress --group-id " + ids[0] +
				" --protocol tcp --port 443 --cidr 0.0.0.0/0; for one of the stack's own, " + deploy(facts),
		})
	},
}
