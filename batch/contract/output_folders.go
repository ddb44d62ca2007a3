package contract

import "strings"

// Two objects whose keys are those of a folder and of something in it, such as a and a/b, may have
// outputs with the same key: the output b/c of the one is the output c of the other. A suffix keeps
// them apart, unless a key has it in its midst: with .x, a and a.x/b are such objects.

// Holds reports whether the folder of inner's outputs is in the folder of outer's, which are the
// keys of two objects. Then outer is the beginning of inner.
func (o Outputs) Holds(outer, inner string) bool {
	return o.InFolders && outer != inner && strings.HasPrefix(inner+o.Suffix+"/", outer+o.Suffix+"/")
}

// Outer are where the lists of those objects belong, whether there are any or not, whose folders
// hold that of the object with the key.
func (o Outputs) Outer(key string) []Address {
	var lists []Address
	name, _ := o.Input.Name(key)
	for i := range len(name) {
		outer, ok := strings.CutSuffix(name[:i], o.Suffix)
		if name[i] == '/' && ok && outer != "" {
			lists = append(lists, o.Location().Address(name[:i]+outputListsExtension))
		}
	}
	return lists
}

// Inner is where the lists of all objects belong whose folders the one of the object with the key
// holds.
func (o Outputs) Inner(key string) Location {
	name, _ := o.Input.Name(key)
	lists := o.Location()
	return Location{Bucket: lists.Bucket, Prefix: lists.Prefix + name + o.Suffix + "/"}
}
