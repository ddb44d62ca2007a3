package main

import (
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
)

func TestOnlyWhatIsNewIsMadeAgain(t *testing.T) {
	made := done("a", 7, 7)
	for name, test := range map[string]struct {
		change func(*testJob)
		want   contract.Result
		puts   int
	}{
		"another attempt of the run counts it as done": {func(j *testJob) {}, made, 0},
		"another run skips it":                         {func(j *testJob) { j.asRun("second") }, contract.Result{Key: "input/a", Status: contract.Skipped}, 0},
		"another command":                              {func(j *testJob) { j.command = append(j.command, "another") }, made, 1},
		"another value of a parameter": {func(j *testJob) {
			j.command = append(j.command, "{param.x}")
			j.parameters = contract.Parameters{"x": "another"}
		}, made, 1},
		"another content": {func(j *testJob) {
			j.objects = nil
			j.put("a", "CHANGED")
		}, made, 1},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, "upper")
			j.put("a", "content")
			j.wantResults(made)
			test.change(j)
			before := j.count("PUT", "output/")
			j.wantResults(test.want)
			if got := j.count("PUT", "output/") - before; got != test.puts {
				t.Errorf("the output was put %d times more, want %d", got, test.puts)
			}
		})
	}
}

func TestWhatIsMadeWithTheSameValueOfAParameterIsUpToDate(t *testing.T) {
	j := newJob(t, "upper", "{param.x}")
	j.parameters = contract.Parameters{"x": "{in}"} // A value is no placeholder.
	j.put("a", "content")
	j.wantResults(done("a", 7, 7))
	j.asRun("second")
	j.wantResults(contract.Result{Key: "input/a", Status: contract.Skipped})
}

func TestAnOutputThatSomebodyElseMadeIsReplaced(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.putOnly("output/a.out", "by hand")
	j.wantResults(done("a", 7, 7))
	j.wantOutput("a", "CONTENT")
}

func TestAnObjectWithoutAnETagIsNeverSkipped(t *testing.T) {
	j := newJob(t, "upper")
	j.put("a", "content")
	j.objects[0].ETag = ""
	if _, err := j.s3.Put(outBucket, "output/a.out", strings.NewReader("of what?"), map[string]string{
		contract.MetadataCommand: contract.Command(j.command).String(), contract.MetadataRun: "earlier",
	}); err != nil {
		t.Fatal(err)
	}
	j.wantResults(done("a", 7, 7))
	j.wantOutput("a", "CONTENT")
}

func TestAFailureIsTriedAgainByTheNextRun(t *testing.T) {
	j := newJob(t, "fail-on", "bad")
	j.put("a", "bad")
	j.wantResults(failed("a", contract.FailedExit, 1, "exit code 1"))
	j.asRun("second")
	j.wantResults(failed("a", contract.FailedExit, 1, "exit code 1"))
}
