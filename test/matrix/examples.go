package main

import "batchjobwithlambda/stacks/config"

// examples has a pipeline for each example of docs/programs.md.
var examples = config.Environment{
	Name: "examples",
	Pipelines: []config.Pipeline{
		{
			Name:         "pack",
			Command:      []string{"zip", "-jq", "{out}", "{in}"},
			OutputSuffix: ".zip",
		},
		{
			Name:         "split",
			Command:      []string{"split", "-l", "{param.lines}", "{in}", "{outdir}/part-"},
			Parameters:   map[string]string{"lines": "1000"},
			OutputSuffix: ".parts",
		},
		{
			Name:         "convert",
			Command:      []string{"soffice", "--headless", "--convert-to", "pdf", "--outdir", "{outdir}", "{in...}"},
			Job:          config.Job{Batch: config.Batch{Objects: 50}},
			OutputSuffix: ".pdf",
		},
		{
			Name:         "match",
			Command:      []string{"grep", "-F", "-f", "{files}/words.txt", "{in}"},
			OutputSuffix: ".matches",
		},
		{
			Name:         "compress",
			Command:      []string{"gzip", "-{param.level}"},
			Parameters:   map[string]string{"level": "6"},
			OutputSuffix: ".gz",
		},
		{
			Name:         "choose",
			Command:      []string{"cut", "-d", ",", "-f", "{column.fields}", "{in}"},
			OutputSuffix: ".csv",
		},
		{
			Name:         "join",
			Command:      []string{"join", "-t", ",", "{in}", "{in2}"},
			OutputSuffix: ".csv",
		},
		{
			Name:      "sign",
			Command:   []string{"sh", "-c", `openssl dgst -r "-$DIGEST" -hmac "$SIGNING_KEY" "$1"`, "sh", "{in}"},
			Variables: map[string]string{"DIGEST": "sha256"},
			Secrets: map[string]string{
				"SIGNING_KEY": "arn:aws:secretsmanager:eu-north-1:111122223333:secret:signing-AbCdEf:key::",
			},
			OutputSuffix: ".hmac",
		},
	},
}
