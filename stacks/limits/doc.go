// Package limits checks a synthesized template against what AWS would refuse or do
// otherwise than meant, and what neither the CDK nor a linter of CloudFormation knows:
// the limits of AWS Batch, Step Functions, Lambda and SNS, and the rules by which this
// project keeps a workflow from failing in silence.
//
// It reads the template and not the code, so an edit anywhere is caught, whichever
// construct, escape hatch or setting it was made with. A limit names the page of AWS
// that it is from.
package limits
