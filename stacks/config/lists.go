package config

import "batchjobwithlambda/batch/contract"

// usesLists reports whether the command is told something of each object that only a list says.
func (p Pipeline) usesLists() bool {
	template, err := contract.ParseTemplate(p.Command)
	return err == nil && len(template.Columns()) > 0
}
