package iam

import "strings"

// matches reports whether the text is as the pattern says, in which * stands for any
// characters, slashes included, and ? for any one.
func matches(pattern, text string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == text
	}
	p, t := []rune(pattern), []rune(text)
	i, j := 0, 0
	star, from := -1, 0 // The last star, and where in the text what follows it was tried.
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == t[j]):
			i, j = i+1, j+1
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// arnParts is how many parts an ARN has; the last is whatever follows the fifth colon.
const arnParts = 6

// matchesARN matches each part of an ARN by itself: no wildcard reaches over a colon
// into the next part.
func matchesARN(pattern, arn string) bool {
	if pattern == "*" {
		return true
	}
	p, a := strings.SplitN(pattern, ":", arnParts), strings.SplitN(arn, ":", arnParts)
	if len(p) != arnParts || len(a) != arnParts {
		return false
	}
	for i := range p {
		if !matches(p[i], a[i]) {
			return false
		}
	}
	return true
}

// matchesAction is blind to case, as AWS is about actions.
func matchesAction(pattern, action string) bool {
	if strings.EqualFold(pattern, action) {
		return true
	}
	return strings.ContainsAny(pattern, "*?") && matches(strings.ToLower(pattern), strings.ToLower(action))
}
