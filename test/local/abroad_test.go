package main

import (
	"slices"
	"strings"
	"testing"

	"batchjobwithlambda/test/account"
	"batchjobwithlambda/test/account/s3"
	"batchjobwithlambda/test/account/statemachine"
)

// distant are the buckets that the environment "abroad" works with, as test/matrix has it.
func distant(t *testing.T) []account.OthersBucket {
	t.Helper()
	return []account.OthersBucket{
		{
			Name:         "abroad-inputs",
			Other:        s3.Other{Owner: "444455556666", Region: "us-west-2", RequesterPays: true},
			Key:          "arn:aws:kms:us-west-2:444455556666:key/inputs",
			BucketPolicy: abroad.pasted(t, "MainInputBucketPolicy"),
			KeyPolicy:    abroad.pasted(t, "MainInputKeyPolicy"),
		},
		{Name: "abroad-outputs", Other: s3.Other{Region: "eu-west-1"}},
	}
}

func TestARunReachesBucketsInOtherRegionsAndAgreesToPayForTheRequests(t *testing.T) {
	p := openBeside(t, abroad, distant(t))
	p.put(t, map[string]string{"a": "1\n", "deep/b": "2\n"})
	p.wantStatus(t, p.run(t, "run", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "run", 2, 0, 0)
	p.wantStatus(t, p.run(t, "again", `{}`), statemachine.Succeeded, "")
	p.wantCounts(t, "again", 0, 2, 0)
	if got, want := p.store.Keys("abroad-outputs", ""), []string{"made/a", "made/deep/b"}; !slices.Equal(got, want) {
		t.Errorf("got the outputs %q, want %q", got, want)
	}
}

func TestARunThatSeeksABucketInTheWrongRegionNamesTheRightOne(t *testing.T) {
	for i, region := range []string{"us-east-2", "us-east-2"} {
		others := distant(t)
		others[i].Region = region
		others[i].Key = strings.Replace(others[i].Key, "us-west-2", region, 1)
		p := openBeside(t, abroad, others)
		p.put(t, map[string]string{"a": "1\n"})
		result := p.run(t, "run", `{}`)
		if said := result.Cause + p.logged(t); result.Status != statemachine.Failed || !strings.Contains(said, region) {
			t.Errorf("%s: the execution ended %s without naming %s: %s", others[i].Name, result.Status, region, said)
		}
	}
}
