package cost

// PricesOf says of where and when the prices are.
const PricesOf = "us-east-1, 2026, without free tiers; a job counts at " +
	"Fargate's full price: on Spot it is up to 70 % less, and on EC2 what the instances cost"

// What a request to S3 costs, in dollars ("Amazon S3 pricing", S3 Standard). A HEAD counts as a GET.
const (
	Put = 0.005 / 1000
	Get = 0.0004 / 1000
)

// The prices in dollars, each with the page that it is from.
const (
	// "AWS Fargate Pricing", Linux on ARM, an hour.
	vCPUHourARM = 0.03238
	gibHourARM  = 0.00356
	// "AWS Fargate Pricing", Linux on x86, an hour.
	vCPUHourX86 = 0.04048
	gibHourX86  = 0.004445
	// "AWS Step Functions Pricing", standard workflows, a state transition.
	transition = 0.025 / 1000
	// "AWS PrivateLink pricing", an interface endpoint in a zone; "Amazon VPC pricing", a NAT gateway and
	// its address; an hour of each.
	endpointHour = 0.01
	gatewayHour  = 0.045 + 0.005
	// "AWS Key Management Service Pricing" and "Amazon CloudWatch Pricing", a month.
	keyMonth       = 1
	dashboardMonth = 3
	alarmMonth     = 0.10
	// "Amazon CloudWatch Pricing", logs that are taken in; "Amazon S3 pricing", S3 Standard.
	loggedGiB      = 0.50
	storedGiBMonth = 0.023

	gib = 1 << 30
)
