package main

import "batchjobwithlambda/stacks/config"

// secret signs with a key of Secrets Manager, and sends a token of Parameter Store, without a route
// to the internet.
var secret = config.Environment{
	Name:    "secret",
	Network: config.Network{Kind: config.Isolated},
	// A chat is told of runs as well.
	Notifications: config.Notifications{Chat: true},
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
