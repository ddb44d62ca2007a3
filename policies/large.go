package policies

import "github.com/aws/aws-cdk-go/awscdk/v2/awsiam"

// largePlan matches the plan of a run's second round, for larger jobs.
const largePlan = "*/large.*"

// readLargePlan lets a job read the plan of a second round, if there may be one.
func (data Data) readLargePlan() []awsiam.PolicyStatement {
	if !data.Large {
		return nil
	}
	return []awsiam.PolicyStatement{data.Runs.read("ReadLargePlan", largePlan)}
}

// writeLargePlan lets the function that adds up a run plan a second round, if there may be one.
func (data Data) writeLargePlan() []awsiam.PolicyStatement {
	if !data.Large {
		return nil
	}
	return []awsiam.PolicyStatement{data.Runs.write("WriteLargePlan", largePlan)}
}

// definitions are all revisions of what the jobs are.
func (jobs Jobs) definitions() []string {
	all := []string{revisions(jobs.Definition)}
	if jobs.Large != nil {
		all = append(all, revisions(jobs.Large))
	}
	return all
}
