package iam

import (
	"slices"
	"strings"
)

// Check returns nil if the request is allowed, and a *[Denied] if it is not.
func (p Policies) Check(r Request) error {
	var endpoint, account bool
	allowed := map[Kind]bool{}
	for _, policy := range p {
		if !policy.concerns(r) {
			continue
		}
		endpoint = endpoint || policy.Kind == OfEndpoint
		for _, s := range policy.Statements {
			named := byItself
			if policy.Kind != OfRole {
				named = s.Principal.names(r.Principal)
			}
			switch {
			case named == notAtAll || !s.isAbout(r):
			case s.Effect == Deny:
				return &Denied{r, "with an explicit deny in a " + string(policy.Kind) + " policy"}
			case named == byAccount:
				account = true
			default:
				allowed[policy.Kind] = true
			}
		}
	}
	needed := OfRole
	if service, _, _ := strings.Cut(r.Action, ":"); (service == "kms" || service == "sts") && !account {
		needed = OfResource
	}
	switch {
	case endpoint && !allowed[OfEndpoint]:
		needed = OfEndpoint
	case r.ToAnother(): // Both accounts have to allow it.
		switch {
		case !allowed[OfRole]:
			needed = OfRole
		case !allowed[OfResource]:
			needed = OfResource
		default:
			return nil
		}
	case allowed[needed], allowed[OfResource]:
		return nil
	}
	return &Denied{r, "because no " + string(needed) + " policy allows the " + r.Action + " action"}
}

// concerns reports whether the policy has a say in the request at all.
func (p Policy) concerns(r Request) bool {
	switch p.Kind {
	case OfRole:
		return slices.Contains(p.To, r.Principal)
	case OfEndpoint:
		return slices.Contains(p.To, r.Endpoint)
	}
	return slices.ContainsFunc(
		p.To,
		func(arn string) bool { return arn == r.Resource || strings.HasPrefix(r.Resource, arn+"/") },
	)
}

// isAbout reports whether the statement is about the request, whoever makes it.
func (s Statement) isAbout(r Request) bool {
	action := func(pattern string) bool { return matchesAction(pattern, r.Action) }
	resource := func(pattern string) bool { return matchesARN(pattern, r.Resource) }
	return slices.ContainsFunc(s.Action, action) &&
		(len(s.Resource) == 0 || slices.ContainsFunc(s.Resource, resource)) &&
		s.Condition.holds(r)
}
