package stacks

// variables returns settings the way the CDK takes environment variables.
func variables(settings map[string]string) *map[string]*string {
	pointers := make(map[string]*string, len(settings))
	for name, value := range settings {
		pointers[name] = &value
	}
	return &pointers
}
