package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"batchjobwithlambda/batch/contract"
)

func TestHoweverManyObjectsTheLogTellsOfThemEveryTenSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := newProgress(slog.New(slog.NewJSONHandler(&log, nil)), 0, nil)
		for range 95 {
			time.Sleep(time.Second) // In the bubble's time.
			for range 10 {
				p.add(contract.Result{Status: contract.Done})
			}
		}
		if got := strings.Count(log.String(), `"msg":"working"`); got != 9 {
			t.Errorf("got %d lines in 95 seconds, want 9", got)
		}
	})
}
