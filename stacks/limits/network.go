package limits

// How many subnets and security groups a function may have, which is no more than what AWS Batch
// takes ("VpcConfig", AWS Lambda API Reference; "ComputeResource", AWS Batch API Reference).
const (
	MaxSubnets        = 16
	MaxSecurityGroups = 5
)
