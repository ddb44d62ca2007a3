// Package template reads a synthesized CloudFormation template in two ways.
//
// As it is written: a [Resource] has its properties, and [Render] shows the intrinsic functions
// in them as text, for tests of what a template says.
//
// As it would be deployed: resources have names and ARNs, and [Template.Resolve] puts them in
// the place of the intrinsic functions, for what runs a template on this machine. What a
// reference stands for each service says of its own [Types]. What nobody knows is an error, and
// never left as it is.
package template
