package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"batchjobwithlambda/test/template"
)

// version is the only version of the language of policies that is known here.
const version = "2012-10-17"

type document struct {
	Version   string
	Statement []Statement
}

// The properties of the resources that have policies.
type (
	roleProperties struct {
		AssumeRolePolicyDocument document
		ManagedPolicyArns        []string

		Description, Tags template.Ignored
	}
	managedPolicyProperties struct {
		PolicyDocument document

		Description, Path template.Ignored
	}
	bucketPolicyProperties struct {
		PolicyDocument document
		Bucket         string
	}
	topicPolicyProperties struct {
		PolicyDocument document
		Topics         []string
	}
	queuePolicyProperties struct {
		PolicyDocument document
		Queues         []string
	}
	keyProperties struct {
		KeyPolicy document

		Description, EnableKeyRotation, Tags template.Ignored
	}
	endpointProperties struct {
		PolicyDocument document
		ServiceName    string

		PrivateDnsEnabled, RouteTableIds, SecurityGroupIds, SubnetIds, Tags, VpcEndpointType, VpcId template.Ignored
	}
)

// Read reads all policies of a template, sorted by their ids. It returns an error for
// what it does not know, so that nothing that grants or refuses is overlooked.
func Read(t *template.Template) (Policies, error) {
	roles, problem := rolesByPolicy(t)
	problems := []error{problem}
	var policies Policies
	for _, r := range t.Sorted() {
		policy, err := read(t, r, roles)
		if err != nil {
			problems = append(problems, fmt.Errorf("policy of %s: %w", r.ID, err))
		}
		if len(policy.Statements) > 0 {
			policies = append(policies, policy)
		}
	}
	return policies, errors.Join(problems...)
}

// rolesByPolicy returns the ARNs of the roles that each policy is attached to, by its ARN.
func rolesByPolicy(t *template.Template) (map[string][]string, error) {
	roles := map[string][]string{}
	all, err := template.ResolveAll[roleProperties](t, typeRole)
	if err != nil {
		return nil, err
	}
	for arn, properties := range all {
		for _, policy := range properties.ManagedPolicyArns {
			if !strings.HasPrefix(policy, global+"policy/") {
				return nil, fmt.Errorf("%s has the policy %s, of which the template does not say what it allows", arn, policy)
			}
			roles[policy] = append(roles[policy], arn)
		}
	}
	return roles, nil
}

// read returns the policy that a resource is or has, without statements if it has none.
func read(t *template.Template, r *template.Resource, roles map[string][]string) (Policy, error) {
	var text document
	var err error
	policy := Policy{ID: r.ID, Kind: OfResource}
	arn := func() (arn string) {
		arn, err = t.ARN(r)
		return arn
	}
	decode := func(properties any) { err = errors.Join(err, t.Resolve(r, properties)) }
	switch r.Type {
	case typeManagedPolicy:
		var properties managedPolicyProperties
		policy.Kind, policy.To = OfRole, roles[arn()]
		decode(&properties)
		text = properties.PolicyDocument
	case typeRole:
		var properties roleProperties
		policy.To = []string{arn()}
		decode(&properties)
		text = properties.AssumeRolePolicyDocument
	case typeKey:
		var properties keyProperties
		policy.To = []string{arn()}
		decode(&properties)
		text = properties.KeyPolicy
	case "AWS::S3::BucketPolicy":
		var properties bucketPolicyProperties
		decode(&properties)
		policy.To, text = []string{"arn:" + template.Partition + ":s3:::" + properties.Bucket}, properties.PolicyDocument
	case "AWS::SNS::TopicPolicy":
		var properties topicPolicyProperties
		decode(&properties)
		policy.To, text = properties.Topics, properties.PolicyDocument
	case "AWS::SQS::QueuePolicy":
		var properties queuePolicyProperties
		decode(&properties)
		text = properties.PolicyDocument
		for _, url := range properties.Queues {
			policy.To = append(policy.To, template.ARN("sqs", path.Base(url)))
		}
	case "AWS::EC2::VPCEndpoint":
		var properties endpointProperties
		decode(&properties)
		service := strings.TrimPrefix(properties.ServiceName, "com.amazonaws."+template.Region+".")
		policy.Kind, text = OfEndpoint, properties.PolicyDocument
		// One to which nothing was said lets everything through.
		if len(text.Statement) > 0 {
			policy.To = []string{service}
		}
	case typeInstanceProfile: // Whoever has it may do what its role may.
	default:
		if strings.HasPrefix(r.Type, "AWS::IAM::") || strings.HasSuffix(r.Type, "Policy") ||
			strings.HasSuffix(r.Type, "Permission") {
			err = fmt.Errorf("resources of type %q are not known", r.Type)
		}
		return policy, err
	}
	policy.Statements = text.Statement
	return policy, errors.Join(err, text.check(r.Type == typeRole))
}

// OfAnother is the policy, as JSON, of a resource that is not the template's.
func OfAnother(arn, text string) (Policy, error) {
	var policy document
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&policy)
	if err == nil {
		err = policy.check(false)
	}
	if err != nil {
		return Policy{}, fmt.Errorf("policy of %s: %w", arn, err)
	}
	return Policy{ID: arn, Kind: OfResource, To: []string{arn}, Statements: policy.Statement}, nil
}

// check returns an error for what is not known. Only the trust of a role names no
// resource: it is the role's own.
func (d document) check(trust bool) error {
	if len(d.Statement) == 0 {
		return nil
	}
	var problems []error
	if d.Version != version {
		problems = append(problems, fmt.Errorf("version %q of the language is not known", d.Version))
	}
	for i, s := range d.Statement {
		err := s.check()
		if (len(s.Resource) == 0) != trust {
			err = errors.Join(err, fmt.Errorf("resources %q are not known", s.Resource))
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("statement %d (%s): %w", i+1, s.Sid, err))
		}
	}
	return errors.Join(problems...)
}
