package config

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"batchjobwithlambda/stacks/limits"
)

const (
	// maxTags leaves room beside them: AWS allows 50 on a resource and on a task.
	maxTags = 40
)

const wantName = "1 to 20 lower-case letters, digits and hyphens, a letter first and after each hyphen"

var (
	// A hyphen comes before a letter, so that names stay apart when they are written without hyphens.
	namePattern      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$`)
	accountPattern   = regexp.MustCompile(`^\d{12}$`)
	regionPattern    = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d$`)
	isolatedRegion   = regexp.MustCompile(`^[a-z]{2}-iso`)
	boundaryPattern  = regexp.MustCompile(`^(arn:[a-z-]+:iam::(\d{12}|aws):policy/)?[\w+=,.@/-]{1,512}$`)
	qualifierPattern = regexp.MustCompile(`^[a-z0-9]{1,10}$`)
	// What all services allow ("Tag naming limits and requirements", Tagging AWS Resources).
	tagKeyPattern   = regexp.MustCompile(`^[\w .:/=+@-]{1,128}$`)
	tagValuePattern = regexp.MustCompile(`^[\w .:/=+@-]{0,256}$`)
)

func isName(name string) bool { return len(name) <= 20 && namePattern.MatchString(name) }

// Validate returns an error that names everything that is wrong in the environment and its
// pipelines, each with the value, what is wanted, and the file where to change it.
func (e Environment) Validate(file string) error {
	e = e.WithDefaults()
	v := &validator{at: file + ": " + e.Name + ": "}
	v.check(isName(e.Name), "Name", e.Name, wantName)
	v.check(e.Account == "" || accountPattern.MatchString(e.Account), "Account", e.Account, "12 digits, or none")
	v.check(e.Region == "" || regionPattern.MatchString(e.Region), "Region", e.Region,
		"the name of a region such as eu-north-1, or none")
	v.check(!isolatedRegion.MatchString(e.Region), "Region", e.Region,
		"a region of aws, aws-cn, aws-eusc or aws-us-gov, the only partitions whose names are known here")
	v.checkNetwork(e.Network)
	v.checkCompute(e.Compute)
	v.check(slices.Contains(limits.LogDays(), e.Retention.LogDays), "Retention.LogDays", e.Retention.LogDays,
		fmt.Sprintf("one of %v", limits.LogDays()))
	v.check(e.Retention.RunDays >= 1, "Retention.RunDays", e.Retention.RunDays, "1 or more")
	// One for each of two runs that are planned at once.
	v.check(e.Security.FunctionConcurrency == 0 || e.Security.FunctionConcurrency >= 2,
		"Security.FunctionConcurrency", e.Security.FunctionConcurrency, "2 or more, or 0 for none")
	v.check(isEmail(e.Notifications.Email), "Notifications.Email", e.Notifications.Email,
		"an address such as team@example.com, or none")
	v.check(e.PermissionsBoundary == "" || boundaryPattern.MatchString(e.PermissionsBoundary),
		"PermissionsBoundary", e.PermissionsBoundary, "the ARN or the name of a policy, or none")
	v.check(e.Qualifier == "" || qualifierPattern.MatchString(e.Qualifier), "Qualifier", e.Qualifier,
		"up to 10 lower-case letters and digits, or none")
	v.checkTags(e.Tags)
	v.checkPipelines(e)
	return errors.Join(v.errs...)
}

// validator collects errors, so that whoever configures sees all of them at once.
type validator struct {
	// at begins every error: the file, the environment and, in a pipeline, its field.
	at   string
	errs []error
}

func (v *validator) check(ok bool, field string, got any, want string) {
	if !ok {
		v.errs = append(v.errs, fmt.Errorf("%s%s: got %s, want %s", v.at, field, value(got), want))
	}
}

// value writes a text in quotes, so that an empty one can be seen.
func value(got any) string {
	switch got := got.(type) {
	case fmt.Stringer:
		return got.String()
	case int, int64, float64:
		return fmt.Sprint(got)
	}
	return fmt.Sprintf("%q", got)
}

func oneOf[T ~string](values ...T) string {
	var texts []string
	for _, value := range values {
		texts = append(texts, string(value))
	}
	return strings.Join(texts, " or ")
}

func isEmail(text string) bool {
	if text == "" {
		return true
	}
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// checkTags refuses what AWS would, and what the pipelines tag their own jobs with.
func (v *validator) checkTags(tags map[string]string) {
	v.check(len(tags) <= maxTags, "Tags", len(tags), fmt.Sprintf("at most %d tags", maxTags))
	for key, text := range tags {
		field := fmt.Sprintf("Tags[%q]", key)
		v.checkTag(field, key, text)
		v.check(key != "pipeline" && key != "run", field, key, "another key: the pipelines tag their jobs with this one")
	}
}

func (v *validator) checkTag(field, key, text string) {
	v.check(tagKeyPattern.MatchString(key) && !strings.HasPrefix(key, "aws:"), field, key,
		"a key of up to 128 letters, digits, spaces and _.:/=+-@ that does not begin with aws:")
	v.check(tagValuePattern.MatchString(text), field, text, "up to 256 letters, digits, spaces and _.:/=+-@")
}
