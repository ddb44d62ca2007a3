package iam

import (
	"strings"

	"batchjobwithlambda/test/template"
)

// Caller is a program with credentials.
type Caller struct {
	// Role is the ARN of its role.
	Role string
	// Function is the ARN of the function that it is, or empty.
	Function string
	// InNetwork says that its calls leave from the template's network.
	InNetwork bool
}

// AccessKey is the access key of the programs that have the role: the role's name.
func AccessKey(role string) string { return role[strings.LastIndex(role, "/")+1:] }

// Call is a request of the caller's to a service.
func (c Caller) Call(service, action, resource string) Request {
	r := Request{Principal: c.Role, Action: action, Resource: resource, Context: map[string]string{}}
	if c.Function != "" {
		r.Context["lambda:SourceFunctionArn"] = c.Function
	}
	if c.InNetwork {
		r.Endpoint = service
	}
	return r
}

// AssumeRole is the request of a service that is going to act as a role. The context says for
// which resource.
func AssumeRole(service, role string, context map[string]string) Request {
	return Request{Principal: service + ".amazonaws.com", Action: "sts:AssumeRole", Resource: role, Context: context}
}

// UseKey is the request of a service that uses a key in the name of its caller.
func UseKey(role, service, key, action string) Request {
	return Request{
		Principal: role, Action: "kms:" + action, Resource: key,
		Context: map[string]string{"kms:ViaService": service + "." + regionOf(key) + "." + template.URLSuffix},
	}
}

// regionOf is the region of a key, and so of whoever uses it.
func regionOf(key string) string {
	parts := strings.Split(key, ":")
	if len(parts) < 4 {
		return ""
	}
	return parts[3]
}
