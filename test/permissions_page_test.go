package test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/page"
	"batchjobwithlambda/test/template"
)

// The tables are written from the template, so they cannot say anything else.
func TestThePermissionsPageHasEachStatementOfEachRole(t *testing.T) {
	page.Section{
		Path:  filepath.Join(root, "docs", "permissions.md"),
		Begin: `<!-- Written by "make snapshots"; the test fails when it differs from the template. -->`,
		End:   "<!-- /written -->",
	}.Want(t, permissionTables(t, prod)+permissionsOnEC2(t))
}

// permissionsOnEC2 is the table of the role that only an environment on EC2 has.
func permissionsOnEC2(t *testing.T) string {
	all := permissionTables(t, inGrid(t, "isolated-es-own"))
	begin := strings.Index(all, "## ComputeInstancesRole")
	end := begin + strings.Index(all[begin:], "\n\n## ")
	return all[begin:end] + "\n\n"
}

// permissionTables is a heading and a table of its statements for each role.
func permissionTables(t *testing.T, from stack) string {
	byRole := map[string][]statement{}
	for _, s := range from.statements(t) {
		if s.role != "" {
			byRole[s.role] = append(byRole[s.role], s)
		}
	}
	var text strings.Builder
	for _, role := range slices.Sorted(maps.Keys(byRole)) {
		fmt.Fprintf(&text, "\n## %s\n\n| statement | may | on | if |\n|---|---|---|---|\n", role)
		for _, s := range byRole[role] {
			may := strings.Join(s.Actions, ", ")
			if s.Effect == "Deny" {
				may = "**not** " + may
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", s.Sid, may, code(s.Resources), conditionText(s.Condition))
		}
	}
	return text.String() + "\n"
}

func code(values []string) string {
	var quoted []string
	for _, value := range values {
		value = strings.ReplaceAll(value, "${AWS::Region}:${AWS::AccountId}", "…")
		quoted = append(quoted, "`"+strings.ReplaceAll(value, "arn:${AWS::Partition}:", "")+"`")
	}
	return strings.Join(quoted, ", ")
}

func conditionText(condition map[string]map[string]any) string {
	var parts []string
	for _, operator := range slices.Sorted(maps.Keys(condition)) {
		for _, key := range slices.Sorted(maps.Keys(condition[operator])) {
			parts = append(parts, key+" "+code([]string{template.Render(condition[operator][key])}))
		}
	}
	return strings.Join(parts, ", ")
}
