package limits

import (
	"regexp"
	"strings"
)

// What AWS Batch takes on EC2.
const (
	// MinMemoryMiB is from "ResourceRequirement", AWS Batch API Reference.
	MinMemoryMiB = 4
	// MinInstanceDiskGiB is the size of the snapshot of the AMI, below which no disk can be made of it
	// ("Amazon ECS-optimized Linux AMIs", Amazon ECS Developer Guide), and MaxInstanceDiskGiB the largest
	// size of a gp3 volume that all regions have ("Amazon EBS General Purpose SSD volumes", Amazon EBS User
	// Guide).
	MinInstanceDiskGiB = 30
	MaxInstanceDiskGiB = 16_384
)

// instancePattern takes a type apart: series, generation, attributes, perhaps a suffix and a size
// ("Amazon EC2 instance type naming conventions", Amazon EC2 Instance Types).
var instancePattern = regexp.MustCompile(`^([a-z]+)(\d+)([a-z]*)(-[a-z0-9]+)?` +
	`(\.(nano|micro|small|medium|large|\d*xlarge|metal(-\d+xl)?))?$`)

// IsInstance reports whether the text may be an instance type, such as "c7g.large", or a family of
// types, such as "c7g". Whether a region has it only AWS knows.
func IsInstance(text string) bool { return instancePattern.MatchString(text) }

// IsARM reports whether the instance has a processor of AWS's own, Graviton: its attributes have a g.
func IsARM(instance string) bool {
	parts := instancePattern.FindStringSubmatch(instance)
	return parts != nil && (strings.Contains(parts[3], "g") || parts[1] == "a")
}

// gpus are how many NVIDIA GPUs the largest type of a family has ("Accelerated computing instances",
// Amazon EC2 Instance Types). Those with Graviton are left out, because there is no AMI for them
// ("Ec2Configuration", AWS Batch API Reference).
var gpus = map[string]int{
	"g4dn": 8, "g5": 8, "g6": 8, "g6e": 8, "gr6": 1,
	"p3": 8, "p3dn": 8, "p4d": 8, "p4de": 8, "p5": 8, "p5e": 8, "p5en": 8,
}

// GPUs returns how many NVIDIA GPUs the instance has at the most: the largest of its family counts.
func GPUs(instance string) int {
	family, _, _ := strings.Cut(instance, ".")
	return gpus[family]
}
