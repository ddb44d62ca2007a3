// Package faults injects faults into the synthesized state machine, and holds that no
// end of an execution is silent and none contradicts what a person was told.
//
// The template's own definition runs in the interpreter of the local run. Its tasks are
// scripted: they answer as the contract says, after they failed as often as a trial
// wants. What EventBridge makes of the execution's end is modelled by test/events with
// the template's own rules. An oracle, written without the definition, says how each
// trial has to end; and mutants of the definition and of the rules show that the trials
// would notice.
package faults
