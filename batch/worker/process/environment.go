package process

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
)

// environment returns the variables that are the same for all objects. Nothing else of our
// own environment is among them: the variables that lead to the job's credentials are in it.
func environment(configured ...map[string]string) (map[string]string, error) {
	name := userName()
	variables := map[string]string{
		"PATH": os.Getenv("PATH"),
		"LANG": "C.UTF-8",
		// Many programs ask who they are, and the job's user may have no entry in /etc/passwd.
		"USER":    name,
		"LOGNAME": name,
	}
	for _, some := range configured {
		for name, value := range some {
			if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(value, "\x00") {
				return nil, fmt.Errorf("variable %q: got a name or a value that no environment can have", name)
			}
			variables[name] = value
		}
	}
	return variables, nil
}

func userName() string {
	if current, err := user.Current(); err == nil && current.Username != "" {
		return current.Username
	}
	return cmp.Or(os.Getenv("USER"), "job")
}

// environment is what the command gets in this folder: HOME and TMPDIR are its working
// directory, and OBJECT_KEY is its object's key, unless it is for many.
func (f *Folder) environment() []string {
	variables := maps.Clone(f.runner.environment)
	for _, name := range []string{"HOME", "TMPDIR"} {
		if _, configured := variables[name]; !configured {
			variables[name] = f.work
		}
	}
	// No variable can hold a NUL. A command that needs the key will say that it has none.
	if !f.runner.template.Uses(contract.InFiles) && !strings.Contains(f.objects[0].Key, "\x00") {
		variables["OBJECT_KEY"] = f.objects[0].Key
	}
	list := make([]string, 0, len(variables))
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		list = append(list, name+"="+variables[name])
	}
	return list
}
