package iam

import (
	"maps"
)

// Gate is what every request of an account passes.
type Gate struct {
	// Policies decide.
	Policies Policies
	// Observe is told of each decision. Many goroutines may call it at once.
	Observe func(Access)
}

// Access is a request and the decision about it.
type Access struct {
	Request Request
	// Refused is why it was not allowed; nil if it was.
	Refused error
}

// Check asks about one request after the other, up to the first that is refused, and returns why.
// There is no TLS on this machine, so every request counts as one that came by it.
func (g *Gate) Check(requests ...Request) error {
	for _, r := range requests {
		context := map[string]string{"aws:SecureTransport": "true"}
		maps.Copy(context, r.Context)
		r.Context = context
		err := g.Policies.Check(r)
		g.Observe(Access{r, err})
		if err != nil {
			return err
		}
	}
	return nil
}
