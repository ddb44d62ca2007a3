package config

import (
	"fmt"
	"maps"
	"slices"

	"batchjobwithlambda/batch/contract"
)

// checkCommand requires that the command can be run with the defaults of its parameters.
func (v *validator) checkCommand(p Pipeline) {
	if err := canRun(p.Command, p.Parameters); err != nil {
		v.errs = append(v.errs, fmt.Errorf("%sCommand: %w", v.at, err))
		return
	}
	// It can be parsed, for it can be run.
	template, _ := contract.ParseTemplate(p.Command)
	used := template.Parameters()
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		v.check(slices.Contains(used, name), fmt.Sprintf("Parameters[%q]", name), p.Parameters[name],
			fmt.Sprintf("only parameters that Command uses, as %s", contract.ParameterPlaceholder("NAME")))
	}
}

// canRun returns an error when the command cannot be run.
func canRun(command contract.Command, parameters contract.Parameters) error {
	if err := command.Check(); err != nil {
		return err
	}
	_, err := command.Fill(parameters)
	return err
}
