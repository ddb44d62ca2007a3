package main

import "batchjobwithlambda/stacks/config"

// all are the environments of the tests.
var all = config.List{
	File: "test/matrix/environments.go",
	Environments: []config.Environment{
		pair,
		buckets,
		pinned,
		several,
		referred,
		secret,
		lent,
	},
}

// pair has two pipelines that share all that can be shared.
var pair = config.Environment{
	Name:      "pair",
	Network:   config.Isolated,
	Compute:   config.Compute{MaxOnDemandVCPUs: 4},
	Retention: config.Retention{KeepData: true},
	Security:  config.Security{CustomerKey: true, AuditLogs: true, FunctionConcurrency: 2},
	Alarms:    true,
	Pipelines: []config.Pipeline{
		{
			Name:    "checksum",
			Command: []string{"sha256sum"},
		},
		{
			Name:         "gzip-all",
			Command:      []string{"gzip", "-9"},
			OutputSuffix: ".gz",
			Job:          config.Job{Architecture: config.X86},
			Priority:     2,
		},
	},
}

// buckets has a pipeline whose input, output and files of runs are in three buckets.
var buckets = config.Environment{
	Name:    "buckets",
	Network: config.Isolated,
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
			Input:   config.Place{Bucket: "photos", Prefix: "2026/raw/"},
			Output:  config.Place{Bucket: "archive", Prefix: "packed/"},
		},
	},
}

// pinned belongs to one account, with all that its owners may ask for.
var pinned = config.Environment{
	Name:                "pinned",
	Account:             "111122223333",
	Region:              "eu-north-1",
	Network:             config.Isolated,
	Zones:               []string{"eun1-az2", "eun1-az3"},
	Retention:           config.Retention{Protected: true},
	Security:            config.Security{AuditLogs: true},
	Tags:                map[string]string{"cost-center": "4711"},
	PermissionsBoundary: "developers",
	Qualifier:           "team1",
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
		},
	},
}

// several has three pipelines that can be told apart by their outputs, one of them with a
// parameter, and one over three buckets.
var several = config.Environment{
	Name: "several",
	Pipelines: []config.Pipeline{
		{
			Name:         "lower",
			Command:      []string{"tr", "A-Z", "{param.to}"},
			Parameters:   map[string]string{"to": "a-z"},
			OutputSuffix: ".txt",
		},
		{
			Name:         "upper",
			Command:      []string{"tr", "a-z", "A-Z"},
			OutputSuffix: ".txt",
			Priority:     2,
		},
		{
			Name:    "spread",
			Command: []string{"cat"},
			Input:   config.Place{Bucket: "existing-inputs", Prefix: "from/elsewhere/"},
			Output:  config.Place{Bucket: "existing-outputs", Prefix: "to/elsewhere/"},
		},
	},
}

// lent reads all of a bucket of another account's, and writes to a third account's, each encrypted
// with a key of its owner's.
var lent = config.Environment{
	Name:    "lent",
	Network: config.Isolated,
	Pipelines: []config.Pipeline{
		{
			Command: []string{"cat"},
			Input: config.Place{
				Bucket:  "lent-inputs",
				Prefix:  config.WholeBucket,
				Account: "444455556666",
				Key:     "arn:aws:kms:eu-north-1:444455556666:key/inputs",
			},
			Output: config.Place{
				Bucket:  "lent-outputs",
				Prefix:  "made/",
				Account: "777788889999",
				Key:     "arn:aws:kms:eu-north-1:777788889999:key/outputs",
			},
		},
	},
}

// referred takes its job's image by reference.
var referred = config.Environment{
	Name: "referred",
	Pipelines: []config.Pipeline{
		{
			Command: []string{"gzip"},
			Image:   "public.ecr.aws/docker/library/python:3.13-slim",
		},
	},
}

// secret signs with a key of Secrets Manager, and sends a token of Parameter Store, without a route
// to the internet.
var secret = config.Environment{
	Name:    "secret",
	Network: config.Isolated,
	Pipelines: []config.Pipeline{
		{
			Name: "sign",
			Command: []string{
				"sh", "-c", `openssl dgst -r "-$DIGEST" -hmac "$SIGNING_KEY" "$1" || { echo "$SIGNING_KEY is no key" >&2; exit 1; }`,
				"sh", "{in}",
			},
			Variables: map[string]string{"DIGEST": "sha256"},
			Secrets: map[string]string{
				"SIGNING_KEY": "arn:aws:secretsmanager:eu-north-1:111122223333:secret:signing-AbCdEf:key::",
			},
			OutputSuffix: ".hmac",
		},
		{
			Name:    "token",
			Command: []string{"printenv", "API_TOKEN"},
			Secrets: map[string]string{"API_TOKEN": "arn:aws:ssm:eu-north-1:111122223333:parameter/team/token"},
		},
	},
}
