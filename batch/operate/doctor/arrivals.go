package doctor

var eventsCheck = Check{
	Name:  "events",
	Asks:  "Does the bucket of the input tell which objects arrive, if runs are to start by that?",
	Known: "s3:GetBucketNotification, EventBridgeConfiguration",
	look: func(facts Facts, found func(Trouble)) {
		if facts.Silent != "" {
			found(Trouble{
				Wrong: "bucket " + facts.Silent + " does not send its events to EventBridge, so nobody knows what arrives",
				Mend:  "the command in the stack's output …EventsCommand, once; for a bucket of the stack's own, " + deploy(facts),
			})
		}
	},
}
