package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"batchjobwithlambda/test/account/batch"
	"batchjobwithlambda/test/account/statemachine"
)

// With the permissions of the template, and the run limit of the settings.
func TestARunThatWouldOverlapAnotherIsRefusedAndNotifiesWhy(t *testing.T) {
	goOn := filepath.Join(t.TempDir(), "go-on")
	p := open(t, changed(t, command(fmt.Sprintf(`while ! [ -e %s ]; do sleep 0.01; done; cat`, goOn))))
	p.put(t, map[string]string{"a": "1\n"})
	var second statemachine.Result
	ended := make(chan struct{})
	// Not in the observer itself, which would wait for what it is told of the second run.
	p.onStart = func(*batch.Attempt) {
		go func() {
			defer close(ended)
			defer makeFile(t, goOn)
			var err error
			if second, err = p.Run(context.Background(), "second", json.RawMessage(`{}`)); err != nil {
				t.Error(err)
			}
		}()
	}
	p.wantStatus(t, p.run(t, "first", `{}`), statemachine.Succeeded, "")
	<-ended
	p.wantStatus(t, second, statemachine.Failed, "InvalidInput")
	if !strings.Contains(second.Cause, "wait for the end of run first") {
		t.Errorf("it does not say which run goes on: %s", second.Cause)
	}
	p.onStart = nil
	p.wantStatus(t, p.run(t, "third", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "third", 0, 1, 0)
}
