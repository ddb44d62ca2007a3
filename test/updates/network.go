package updates

// network is of the types of EC2, from the same schemas.
var network = map[string]resourceType{
	"AWS::EC2::EIP": {
		cost:       Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{"Domain": InPlace, "Tags": InPlace},
	},
	"AWS::EC2::FlowLog": {
		properties: map[string]Effect{
			"DeliverLogsPermissionArn": Replaced,
			"LogGroupName":             Replaced,
			"ResourceId":               Replaced,
			"ResourceType":             Replaced,
			"TrafficType":              Replaced,
		},
	},
	"AWS::EC2::InternetGateway": {
		cost:       Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{"Tags": InPlace},
	},
	"AWS::EC2::LaunchTemplate": {
		properties: map[string]Effect{"LaunchTemplateData": InPlace},
	},
	"AWS::EC2::NatGateway": {
		cost: Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{
			"AllocationId": Replaced,
			"SubnetId":     Replaced,
			"Tags":         InPlace,
		},
	},
	"AWS::EC2::Route": {
		cost: Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{
			"DestinationCidrBlock": Replaced,
			"GatewayId":            InPlace,
			"NatGatewayId":         InPlace,
			"RouteTableId":         Replaced,
		},
	},
	"AWS::EC2::RouteTable": {
		cost:       Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{"Tags": InPlace, "VpcId": Replaced},
	},
	"AWS::EC2::SecurityGroup": {
		cost: Cost{Running: "jobs that use it have to end first"},
		properties: map[string]Effect{
			"GroupDescription":    Replaced,
			"SecurityGroupEgress": InPlace,
			"Tags":                InPlace,
			"VpcId":               Replaced,
		},
	},
	"AWS::EC2::SecurityGroupIngress": {
		properties: map[string]Effect{
			"Description":           InPlace,
			"FromPort":              Replaced,
			"GroupId":               Replaced,
			"IpProtocol":            Replaced,
			"SourceSecurityGroupId": Replaced,
			"ToPort":                Replaced,
		},
	},
	"AWS::EC2::Subnet": {
		cost: Cost{Running: "jobs in it have to end first"},
		properties: map[string]Effect{
			// Each would replace the subnet, and AWS refuses a second one with the same addresses.
			"AvailabilityZone":    Refused,
			"AvailabilityZoneId":  Refused,
			"CidrBlock":           Replaced,
			"MapPublicIpOnLaunch": InPlace,
			"Tags":                InPlace,
			"VpcId":               Replaced,
		},
	},
	"AWS::EC2::SubnetRouteTableAssociation": {
		cost:       Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{"RouteTableId": Replaced, "SubnetId": Replaced},
	},
	// Its tenancy changes in place from dedicated to default only, which is not the way that
	// anybody here goes.
	"AWS::EC2::VPC": {
		cost: Cost{Running: "jobs in it have to end first"},
		properties: map[string]Effect{
			"CidrBlock":          Replaced,
			"EnableDnsHostnames": InPlace,
			"EnableDnsSupport":   InPlace,
			"InstanceTenancy":    Replaced,
			"Tags":               InPlace,
		},
	},
	"AWS::EC2::VPCEndpoint": {
		cost: Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{
			"PolicyDocument":    InPlace,
			"PrivateDnsEnabled": InPlace,
			"RouteTableIds":     InPlace,
			"SecurityGroupIds":  InPlace,
			"ServiceName":       Replaced,
			"SubnetIds":         InPlace,
			"Tags":              InPlace,
			"VpcEndpointType":   Replaced,
			"VpcId":             Replaced,
		},
	},
	"AWS::EC2::VPCGatewayAttachment": {
		cost:       Cost{Running: "jobs lose their connections"},
		properties: map[string]Effect{"InternetGatewayId": InPlace, "VpcId": Replaced},
	},
}
