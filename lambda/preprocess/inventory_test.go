package main

import (
	"bytes"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/batch/contract"
	"batchjobwithlambda/batch/objects/objectstest"
	"batchjobwithlambda/test/account/inventory"
)

// ofInventory is the input of a run of what [fixture.putReport] put.
const ofInventory = `{"inventory":"s3://inventories/files/input/2026-11-22T01-00Z/manifest.json"}`

// putReport puts a report with the objects, and with what is not to be planned.
func (w fixture) putReport(t *testing.T, objects ...contract.Object) *inventory.Report {
	t.Helper()
	report := &inventory.Report{Bucket: inputBucket, Schema: inventory.AllVersions}
	for _, object := range slices.Backward(objects) {
		report.Add(report.Row(object), report.Old(object))
	}
	report.Add(
		report.Deleted(
			"input/deleted",
		),
		report.Row(contract.Object{Key: "input/"}),
		report.Row(contract.Object{Key: "input/folder/"}),
		report.Row(
			contract.Object{Key: "output/a", Size: 1},
		),
		report.Row(contract.Object{Key: "runs/old/report.json", Size: 1}),
	)
	w.putFiles(t, report)
	return report
}

func (w fixture) putFiles(t *testing.T, report *inventory.Report) {
	t.Helper()
	if err := report.Put(func(key string, content []byte) error {
		_, err := w.files.Put(inventoryBucket, key, bytes.NewReader(content), nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestAReportIsPlannedInsteadOfAList(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	// Each connection breaks after some bytes, and is taken up again.
	w := newFixture(t, objectstest.Break(".csv.gz", 30), objectstest.Break("/manifest.json", 100))
	want := []contract.Object{
		{Key: "input/\n", Size: 1, ETag: "d41d8cd98f00b204e9800998ecf8427e"},
		{Key: "input/a b+c", Size: 2, ETag: "d41d8cd98f00b204e9800998ecf8427e-2"},
		{Key: "input/folder/with content/", Size: 3},
		{Key: "input/ü", Size: 4},
	}
	w.putReport(t, want...)
	plan := w.mustPlan(t, "demo", ofInventory)
	if got := slices.Concat(w.planned(t, "demo")...); !slices.Equal(got, want) || plan.Objects != 4 || plan.Bytes != 10 {
		t.Errorf("got %+v and %+v, want %+v", plan, got, want)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left %v and %v", left, err)
	}
}

func TestAReportThatCannotBeHonouredIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, text string
		spoil      func(w fixture, report *inventory.Report)
	}{
		{"no manifest", "manifest.json is gone", func(w fixture, report *inventory.Report) {
			w.files.Delete(inventoryBucket, report.ManifestKey())
		}},
		{"no file", "1.csv.gz is gone", func(w fixture, report *inventory.Report) {
			w.files.Delete(inventoryBucket, report.Files[1].Key)
		}},
		{"a file that was cut short", "1.csv.gz", func(w fixture, report *inventory.Report) {
			content := report.Files[1].Content
			w.files.Put(inventoryBucket, report.Files[1].Key, bytes.NewReader(content[:len(content)/2]), nil)
		}},
		{"a file of another report", "MD5", func(w fixture, report *inventory.Report) {
			w.files.Put(inventoryBucket, report.Files[1].Key, bytes.NewReader(report.Files[0].Content), nil)
		}},
		{"a format that is not read", "choose CSV", func(w fixture, report *inventory.Report) {
			manifest := strings.Replace(string(report.Manifest()), `"CSV"`, `"ORC"`, 1)
			w.files.Put(inventoryBucket, report.ManifestKey(), strings.NewReader(manifest), nil)
		}},
		{"a report on another bucket", "others", func(w fixture, report *inventory.Report) {
			report.Bucket = "others"
			w.files.Put(inventoryBucket, "files/input/2026-11-22T01-00Z/manifest.json", bytes.NewReader(report.Manifest()), nil)
		}},
		{"a key twice", `"input/a"`, func(w fixture, report *inventory.Report) {
			report.Add(report.Row(contract.Object{Key: "input/a", Size: 2}))
			w.putFiles(t, report)
		}},
		{"an unreadable line", "line 2", func(w fixture, report *inventory.Report) {
			report.Add(report.Row(contract.Object{Key: "input/z", Size: 2}), []string{"files"})
			w.putFiles(t, report)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			// A role that may not list the whole bucket is answered so; the programs list.
			missing := objectstest.Answer(http.MethodGet, "", func(rw http.ResponseWriter, r *http.Request, s3 http.Handler) {
				s3.ServeHTTP(forbidNotFound{rw}, r)
			})
			w := newFixture(t, missing)
			w.put(t, "input/a")
			report := w.putReport(t, contract.Object{Key: "input/a", Size: 3}, contract.Object{Key: "input/b", Size: 3})
			test.spoil(w, report)
			_, err := w.ask(t, "demo", ofInventory)
			wantInvalid(t, err, "inventory", test.text)
			w.wantNothingWritten(t)
		})
	}
}

// forbidNotFound answers 403 for 404.
type forbidNotFound struct{ http.ResponseWriter }

func (w forbidNotFound) WriteHeader(status int) {
	if status == http.StatusNotFound {
		status = http.StatusForbidden
	}
	w.ResponseWriter.WriteHeader(status)
}

func TestWithoutRoomForTheObjectsThereIsNoPlan(t *testing.T) {
	w := newFixture(t)
	w.put(t, "input/a")
	w.putReport(t, contract.Object{Key: "input/a", Size: 3})
	t.Setenv("TMPDIR", t.TempDir()+"/none")
	for _, input := range []string{`{}`, ofInventory} {
		if _, err := w.ask(t, "demo", input); err == nil || !strings.Contains(err.Error(), "temporary file") {
			t.Errorf("%s: got %v", input, err)
		}
		w.wantNothingWritten(t)
	}
}
