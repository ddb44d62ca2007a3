package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/page"
)

const configFolder = "../config"

// The table is written from the comments of the fields, so it cannot say anything else.
func TestThePageOfSettingsSaysWhatTheFieldsSay(t *testing.T) {
	types := configTypes(t)
	page.Section{
		Path:  "../../docs/settings.md",
		Begin: `<!-- Written by "make snapshots" from the comments in stacks/config. -->`,
		End:   "<!-- /written -->",
	}.Want(t, "\n## Of an environment\n\n"+table(types, "Environment")+"\n## Of a pipeline\n\n"+table(types, "Pipeline")+"\n")
}

// configTypes returns the structs of package config, by name.
func configTypes(t *testing.T) map[string]*ast.StructType {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(configFolder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]*ast.StructType{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok {
				if body, ok := spec.Type.(*ast.StructType); ok {
					types[spec.Name.Name] = body
				}
			}
			return true
		})
	}
	return types
}

func table(types map[string]*ast.StructType, name string) string {
	return "| setting | meaning | default |\n|---|---|---|\n" + rows(types, types[name], "")
}

// rows is a row for each field of the struct, and of the structs that are its fields.
func rows(types map[string]*ast.StructType, of *ast.StructType, prefix string) string {
	var text strings.Builder
	for _, field := range of.Fields.List {
		name := prefix + field.Names[0].Name
		if kind, ok := field.Type.(*ast.Ident); ok && types[kind.Name] != nil {
			text.WriteString(rows(types, types[kind.Name], name+"."))
			continue
		}
		said := strings.Join(strings.Fields(field.Doc.Text()), " ")
		meaning, fallback := meaningOf(said, field.Names[0].Name)
		fmt.Fprintf(&text, "| `%s` | %s | %s |\n", name, meaning, fallback)
	}
	return text.String()
}

// meaningOf parts the comment "NAME is MEANING; default: DEFAULT.".
func meaningOf(said, name string) (meaning, fallback string) {
	said = strings.TrimSuffix(strings.TrimPrefix(said, name+" "), ".")
	said = strings.TrimPrefix(strings.TrimPrefix(said, "is "), "are ")
	if meaning, fallback, ok := strings.Cut(said, "; default: "); ok {
		return meaning, fallback
	}
	if meaning, ok := strings.CutSuffix(said, "; no default"); ok {
		return meaning, "has to be given"
	}
	return said, "none"
}
