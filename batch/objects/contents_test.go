package objects

import (
	"slices"
	"strings"
	"testing"
	"time"

	"batchjobwithlambda/batch/contract"
)

const answerStart = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>`

// thawed is an object of which a restoration was asked for, and is in progress or not.
func thawed(inProgress string) string {
	return `<Contents><Key>c</Key><LastModified>2026-11-22T18:30:00.000Z</LastModified><ETag></ETag><Size>0</Size>` +
		`<StorageClass>GLACIER</StorageClass><RestoreStatus><IsRestoreInProgress>` + inProgress +
		`</IsRestoreInProgress></RestoreStatus></Contents>`
}

func TestTheObjectsOfAnAnswerAreTakenAndTheRestIsLeft(t *testing.T) {
	for name, quote := range map[string]string{"as S3 writes them": "&quot;", "as Go writes them": "&#34;", "bare": `"`} {
		answer := answerStart +
			`<Contents><Key>a%26b</Key><LastModified>2026-11-22T18:30:00.000Z</LastModified><ETag>` + quote + `e-1` + quote + `</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass></Contents>` +
			"\n<Contents><Size>6</Size><ETag></ETag><Key>b</Key><LastModified>2026-11-22T18:30:01Z</LastModified></Contents>" +
			thawed("true") + thawed("false") + `<KeyCount>2</KeyCount></ListBucketResult>`
		objects, rest, ok := takeContents([]byte(answer))
		modified := time.Date(2026, 11, 22, 18, 30, 0, 0, time.UTC)
		if want := []contract.Listed{
			{Object: contract.Object{Key: "a%26b", Size: 5, ETag: "e-1"}, Modified: modified},
			{Object: contract.Object{Key: "b", Size: 6}, Modified: modified.Add(time.Second)},
			{Object: contract.Object{Key: "c"}, Modified: modified, Archived: true},
			{Object: contract.Object{Key: "c"}, Modified: modified},
		}; !ok ||
			!slices.Equal(objects, want) {
			t.Errorf("quotes %s: got %+v and %v, want %+v", name, objects, ok, want)
		}
		if want := answerStart + "\n<KeyCount>2</KeyCount></ListBucketResult>"; string(rest) != want {
			t.Errorf("quotes %s: left %s, want %s", name, rest, want)
		}
	}
}

func TestAnAnswerThatIsNotAsS3WritesItIsLeftToTheSDK(t *testing.T) {
	const (
		modified = `<LastModified>2026-11-22T18:30:00.000Z</LastModified>`
		good     = `<Key>a</Key><ETag>e</ETag><Size>5</Size>` + modified
	)
	for _, element := range []string{
		`<ETag>e</ETag><Size>5</Size>` + modified, `<Key>a</Key><Size>5</Size>` + modified, `<Key>a</Key><ETag>e</ETag>` + modified,
		strings.Replace(good, modified, "", 1), strings.Replace(good, "2026-11-22", "yesterday", 1), good + `<Key>b</Key>`,
		strings.Replace(good, "5", "5.0", 1), strings.Replace(good, "5", "99999999999999999999", 1), strings.Replace(good, ">a<", ">&amp;<", 1),
		strings.Replace(good, ">e<", ">&amp;<", 1), strings.Replace(good, ">a<", "><b>a</b><", 1), strings.Replace(good, "</Key>", "", 1), `<!--` + good + `-->`,
	} {
		if objects, _, ok := takeContents(
			[]byte(answerStart + "<Contents>" + element + "</Contents></ListBucketResult>"),
		); ok {
			t.Errorf("%s: got %+v", element, objects)
		}
	}
	if _, _, ok := takeContents([]byte(answerStart + "<Contents>" + good)); ok {
		t.Error("an answer that was cut short was taken")
	}
	plain := strings.Replace(answerStart, "<EncodingType>url</EncodingType>", "", 1)
	if _, _, ok := takeContents([]byte(plain + "<Contents>" + good + "</Contents></ListBucketResult>")); ok {
		t.Error("an answer whose keys XML may have escaped was taken")
	}
}
