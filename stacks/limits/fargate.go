package limits

// fargateSizes are the pairs of vCPU and memory that a task on Fargate may have
// ("Task definition parameters for Fargate", Amazon ECS Developer Guide). Memory is
// in MiB, from least to most in steps; the smallest size has its own three values.
var fargateSizes = []struct {
	vCPU              float64
	least, most, step int
}{
	{vCPU: 0.5, least: 1 << 10, most: 4 << 10, step: 1 << 10},
	{vCPU: 1, least: 2 << 10, most: 8 << 10, step: 1 << 10},
	{vCPU: 2, least: 4 << 10, most: 16 << 10, step: 1 << 10},
	{vCPU: 4, least: 8 << 10, most: 30 << 10, step: 1 << 10},
	{vCPU: 8, least: 16 << 10, most: 60 << 10, step: 4 << 10},
	{vCPU: 16, least: 32 << 10, most: 120 << 10, step: 8 << 10},
}

const smallestFargateVCPU = 0.25

// How much disk a task has, in GiB, and how much it may ask for ("EphemeralStorage", AWS Batch API
// Reference).
const (
	FargateScratchGiB    = 20
	MinFargateScratchGiB = 21
	MaxFargateScratchGiB = 200
)

// FargateVCPUs returns the numbers of vCPUs that a task may have.
func FargateVCPUs() []float64 {
	vCPUs := []float64{smallestFargateVCPU}
	for _, size := range fargateSizes {
		vCPUs = append(vCPUs, size.vCPU)
	}
	return vCPUs
}

// FargateMemoryMiB returns the sizes of memory, in MiB, that go with a number of
// vCPUs; none if Fargate has no such number.
func FargateMemoryMiB(vCPU float64) []int {
	if vCPU == smallestFargateVCPU {
		return []int{512, 1024, 2048}
	}
	var sizes []int
	for _, size := range fargateSizes {
		if size.vCPU != vCPU {
			continue
		}
		for memory := size.least; memory <= size.most; memory += size.step {
			sizes = append(sizes, memory)
		}
	}
	return sizes
}
