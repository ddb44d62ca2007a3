package doctor

// Check is one question, and what it may find.
type Check struct {
	Name string
	// Asks is the question, Known how the answer is known.
	Asks, Known string
	// look calls found with each trouble.
	look func(facts Facts, found func(Trouble))
}

// Trouble is something that is wrong.
type Trouble struct {
	// Check is the name of the check that has found it.
	Check string `json:"check"`
	// Wrong is what is wrong, Known how that is known, and Mend the command, or what else mends it.
	Wrong string `json:"wrong"`
	Known string `json:"known"`
	Mend  string `json:"mend"`
}

// Checks are all checks, in the order of cause and effect: what is found first explains what is
// found after it.
func Checks() []Check {
	return []Check{
		stackCheck,
		driftCheck,
		keyCheck,
		environmentCheck,
		capacityCheck,
		quotasCheck,
		queueCheck,
		definitionCheck,
		imageCheck,
		subnetsCheck,
		securityGroupsCheck,
		rolesCheck,
		functionsCheck,
		bucketsCheck,
		eventsCheck,
		blockedCheck,
		stuckCheck,
		attemptsCheck,
		revisionCheck,
		runCheck,
		subscriptionsCheck,
		deadLettersCheck,
		alarmsCheck,
		notCheckedCheck,
	}
}

// Examine returns what is wrong, what explains the most first.
func Examine(facts Facts) []Trouble {
	var all []Trouble
	for _, check := range Checks() {
		check.look(facts, func(trouble Trouble) {
			trouble.Check, trouble.Known = check.Name, check.Known
			all = append(all, trouble)
		})
	}
	return all
}
