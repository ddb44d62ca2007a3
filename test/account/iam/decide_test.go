package iam

import (
	"encoding/json"
	"errors"
	"testing"
)

const (
	reader = "arn:aws:iam::111122223333:role/reader"
	key    = "arn:aws:kms:eu-north-1:111122223333:key/key"
	object = "arn:aws:s3:::bucket/input/a"
)

// policy is a policy of statements in JSON.
func policy(t *testing.T, kind Kind, to, statements string) Policy {
	t.Helper()
	p := Policy{ID: "Policy", Kind: kind, To: []string{to}}
	if err := json.Unmarshal([]byte("["+statements+"]"), &p.Statements); err != nil {
		t.Fatal(err)
	}
	for _, s := range p.Statements {
		if err := s.check(); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

const (
	readInput    = `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/input/*"}`
	listInput    = `{"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::bucket"], "Condition": {"StringLike": {"s3:prefix": ["input/*", "runs/*"]}}}`
	denyPlain    = `{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::bucket/*", "Condition": {"Bool": {"aws:SecureTransport": false}}}`
	useKey       = `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "` + key + `"}`
	letAccount   = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "*", "Resource": "*"}`
	letReader    = `{"Effect": "Allow", "Principal": {"AWS": ["` + reader + `"]}, "Action": "*", "Resource": "*"}`
	letLogging   = `{"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": "*"}`
	ownAccount   = `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}}`
	anotherOne   = `{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}}}`
	tagged       = `{"Effect": "Allow", "Action": "batch:TerminateJob", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/pipeline": "Stack"}}}`
	fromQueue    = `{"Effect": "Allow", "Action": "batch:TerminateJob", "Resource": "*", "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:states:*:*:stateMachine:*"}, "StringEquals": {"aws:SourceAccount": "111122223333"}}}`
	denyOverall  = `{"Effect": "Deny", "Action": "S3:get*", "Resource": "*"}`
	denyToReader = `{"Effect": "Deny", "Principal": {"AWS": "` + reader + `"}, "Action": "s3:GetObject", "Resource": "*"}`
)

func TestARequestIsAllowedAsAWSAllowsIt(t *testing.T) {
	role := func(statements string) Policy { return policy(t, OfRole, reader, statements) }
	bucket := func(statements string) Policy { return policy(t, OfResource, "arn:aws:s3:::bucket", statements) }
	ofKey := func(statements string) Policy { return policy(t, OfResource, key, statements) }
	endpoint := func(statements string) Policy { return policy(t, OfEndpoint, "s3", statements) }
	get := Request{Principal: reader, Action: "s3:GetObject", Resource: object}
	with := func(r Request, keysAndValues ...string) Request {
		r.Context = map[string]string{}
		for i := 0; i < len(keysAndValues); i += 2 {
			r.Context[keysAndValues[i]] = keysAndValues[i+1]
		}
		return r
	}
	list := Request{Principal: reader, Action: "s3:ListBucket", Resource: "arn:aws:s3:::bucket"}
	decrypt := Request{Principal: reader, Action: "kms:Decrypt", Resource: key}
	terminate := Request{
		Principal: reader,
		Action:    "batch:TerminateJob",
		Resource:  "arn:aws:batch:eu-north-1:111122223333:job/1",
	}
	byEndpoint := get
	byEndpoint.Endpoint = "s3"
	for name, test := range map[string]struct {
		policies Policies
		request  Request
		allowed  bool
	}{
		"nothing is allowed by itself":                {nil, get, false},
		"what a role's policy allows":                 {Policies{role(readInput)}, get, true},
		"another role's policy":                       {Policies{policy(t, OfRole, reader+"2", readInput)}, get, false},
		"an action of another case":                   {Policies{role(readInput)}, Request{Principal: reader, Action: "S3:getobject", Resource: object}, true},
		"another action":                              {Policies{role(readInput)}, Request{Principal: reader, Action: "s3:GetObjectVersion", Resource: object}, false},
		"another resource":                            {Policies{role(readInput)}, Request{Principal: reader, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/output/a"}, false},
		"deny wins over allow":                        {Policies{role(readInput), role(denyOverall)}, get, false},
		"deny wins whichever comes first":             {Policies{role(denyOverall), role(readInput)}, get, false},
		"a resource's deny wins over a role's allow":  {Policies{role(readInput), bucket(denyToReader)}, get, false},
		"a deny whose condition does not hold":        {Policies{role(readInput), bucket(denyPlain)}, with(get, "aws:SecureTransport", "true"), true},
		"a deny whose condition holds":                {Policies{role(readInput), bucket(denyPlain)}, with(get, "aws:SecureTransport", "false"), false},
		"a deny whose key is missing":                 {Policies{role(readInput), bucket(denyPlain)}, get, true},
		"one of a key's values":                       {Policies{role(listInput)}, with(list, "s3:prefix", "runs/a/"), true},
		"none of a key's values":                      {Policies{role(listInput)}, with(list, "s3:prefix", "output/"), false},
		"a prefix that is only the beginning":         {Policies{role(listInput)}, with(list, "s3:prefix", "inp"), false},
		"a missing key":                               {Policies{role(listInput)}, list, false},
		"a key of another case":                       {Policies{role(tagged)}, with(terminate, "AWS:resourceTag/PIPELINE", "Stack"), true},
		"a value of another case":                     {Policies{role(tagged)}, with(terminate, "aws:ResourceTag/pipeline", "stack"), false},
		"all of the keys":                             {Policies{role(fromQueue)}, with(terminate, "aws:SourceArn", "arn:aws:states:a:b:stateMachine:c", "aws:SourceAccount", "111122223333"), true},
		"one of the keys":                             {Policies{role(fromQueue)}, with(terminate, "aws:SourceArn", "arn:aws:states:a:b:stateMachine:c"), false},
		"a resource's policy names the role":          {Policies{bucket(letReader)}, get, true},
		"a resource's policy names the account":       {Policies{bucket(letAccount)}, get, false},
		"a resource's policy names another":           {Policies{bucket(letLogging)}, get, false},
		"a resource's policy names the service":       {Policies{bucket(letLogging)}, Request{Principal: "logging.s3.amazonaws.com", Action: "s3:PutObject", Resource: object}, true},
		"another bucket's policy":                     {Policies{policy(t, OfResource, "arn:aws:s3:::buck", letReader)}, get, false},
		"nobody":                                      {Policies{role(readInput), bucket(letAccount), bucket(letReader)}, Request{Action: "s3:GetObject", Resource: object}, false},
		"a key that does not know the role":           {Policies{role(useKey)}, decrypt, false},
		"a key that leaves it to the account":         {Policies{role(useKey), ofKey(letAccount)}, decrypt, true},
		"a key that leaves it to a role that may not": {Policies{ofKey(letAccount)}, decrypt, false},
		"a key that names the role":                   {Policies{ofKey(letReader)}, decrypt, true},
		"an endpoint that allows it":                  {Policies{role(readInput), endpoint(ownAccount)}, byEndpoint, true},
		"an endpoint that allows something else":      {Policies{role(readInput), endpoint(anotherOne)}, byEndpoint, false},
		"an endpoint that allows what nobody does":    {Policies{endpoint(ownAccount)}, byEndpoint, false},
		"an endpoint that the call does not pass":     {Policies{role(readInput), endpoint(anotherOne)}, get, true},
		"no endpoint in the network":                  {Policies{role(readInput)}, byEndpoint, true},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.policies.Check(test.request)
			if _, denied := errors.AsType[*Denied](err); denied == test.allowed || (err == nil) != test.allowed {
				t.Errorf("got %v, want it allowed: %t", err, test.allowed)
			}
		})
	}
}

func TestARefusalSaysWhoMayNotDoWhatAndWhy(t *testing.T) {
	const begin = "User: " + reader + " is not authorized to perform: s3:GetObject on resource: " + object + " "
	request := Request{Principal: reader, Action: "s3:GetObject", Resource: object, Endpoint: "s3"}
	for want, policies := range map[string]Policies{
		"because no identity-based policy allows the s3:GetObject action": {},
		"with an explicit deny in a resource-based policy":                {policy(t, OfResource, "arn:aws:s3:::bucket", denyToReader)},
		"because no VPC endpoint policy allows the s3:GetObject action":   {policy(t, OfRole, reader, readInput), policy(t, OfEndpoint, "s3", anotherOne)},
	} {
		if err := policies.Check(request); err == nil || err.Error() != begin+want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The one account cannot allow what is the other's.
func TestWhatIsAnotherAccountsBothHaveToAllow(t *testing.T) {
	const theirKey = "arn:aws:kms:eu-north-1:444455556666:key/key"
	get := Request{
		Principal: reader,
		Action:    "s3:GetObject",
		Resource:  object,
		Context:   map[string]string{ResourceAccount: "444455556666"},
	}
	decrypt := Request{Principal: reader, Action: "kms:Decrypt", Resource: theirKey}
	role := policy(t, OfRole, reader, readInput)
	bucket := policy(t, OfResource, "arn:aws:s3:::bucket", letReader)
	useTheirs := policy(t, OfRole, reader, `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "`+theirKey+`"}`)
	letTheirs := policy(t, OfResource, theirKey, letReader)
	for name, test := range map[string]struct {
		request  Request
		policies Policies
		allowed  bool
	}{
		"an object, by both":        {get, Policies{role, bucket}, true},
		"an object, by the role":    {get, Policies{role}, false},
		"an object, by the bucket":  {get, Policies{bucket}, false},
		"a key, by both":            {decrypt, Policies{useTheirs, letTheirs}, true},
		"a key, by the role":        {decrypt, Policies{useTheirs}, false},
		"a key, by the key's owner": {decrypt, Policies{letTheirs}, false},
	} {
		if err := test.policies.Check(test.request); (err == nil) != test.allowed {
			t.Errorf("%s: got %v, want allowed %t", name, err, test.allowed)
		}
	}
}
