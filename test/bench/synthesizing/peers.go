package main

// peer is a way to run the same stack in TypeScript.
type peer struct {
	name string
	// packages is the folder with the packages it takes, below [peerFolder].
	packages string
	// command is what cdk.json has for "app".
	command string
	// core imports the CDK's core from a module of its own, which leaves out the types of
	// everything else.
	core bool
}

// peers are the ways of "cdk init". The bound is for the first: ts-node, and the import that
// "cdk init" wrote from 2021 until October 2025 (aws/aws-cdk-cli#916) and AWS's guides still
// have. The others stand beside it without a bound: ts-node with the import of today, and
// what the pinned CLI generates, since July 2026 (aws/aws-cdk-cli#1719).
var peers = []peer{
	{name: "ts-node", packages: "ts-node", command: "npx ts-node --prefer-ts-exts app.ts"},
	{name: "ts-node, aws-cdk-lib/core", packages: "ts-node", command: "npx ts-node --prefer-ts-exts app.ts", core: true},
	{name: "tsc 7 and tsx, aws-cdk-lib/core", packages: "tsx", command: "npx tsc && npx tsx app.ts", core: true},
}
