package policies

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
)

// OwnersGrant is what the owner of a bucket in another account has to add to the policy of the
// bucket, and of its key. A role of one account reaches what is another's only if both allow it
// ("Cross-account policy evaluation logic", AWS IAM User Guide).
type OwnersGrant struct {
	Bucket awsiam.PolicyDocument
	// Key is nil if the bucket has none.
	Key awsiam.PolicyDocument
}

// InputGrant lets the roles that plan and that work read an input of another account's.
func InputGrant(input Location, planner, job awsiam.IRole) OwnersGrant {
	input.Owner = "" // Whose policy it is, owns the bucket.
	grant := OwnersGrant{Bucket: document(
		to(input.list("ListInputs"), planner, job),
		to(input.read("ReadInputs", "*"), planner, job),
	)}
	if input.Key != nil {
		grant.Key = document(to(allowIf("DecryptInputs", readData, anyResource, input.byWayOfS3()), planner, job))
	}
	return grant
}

// OutputGrant lets the role that works write outputs to a bucket of another account's, both it and
// the role that collects see what is there, and the role that plans list it.
func OutputGrant(output Location, planner, job, collector awsiam.IRole) OwnersGrant {
	output.Owner = ""
	grant := OwnersGrant{Bucket: document(
		to(output.list("ListOutputs"), planner, job, collector),
		to(output.read("ReadOutputs", "*"), job, collector),
		to(output.write("WriteOutputs", "*"), job),
	)}
	if output.Key != nil {
		grant.Key = document(to(allowIf("EncryptOutputs", useData, anyResource, output.byWayOfS3()), job))
	}
	return grant
}

// to names the roles that the statement of a resource's policy is about. In the policy of a key
// "*" is the key itself.
func to(statement awsiam.PolicyStatement, roles ...awsiam.IRole) awsiam.PolicyStatement {
	for _, role := range roles {
		statement.AddArnPrincipal(role.RoleArn())
	}
	return statement
}
