package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"batchjobwithlambda/batch/contract"
)

var (
	bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	// The prefixes stand in policies, where * and ? are wildcards and ${ begins a variable;
	// and a slash at the end keeps input/ from matching input-old/.
	prefixPattern = regexp.MustCompile(`^([A-Za-z0-9._-]{1,50}/){1,4}$`)
	// An alias is no resource of a policy ("Use aliases to control access to KMS keys", AWS KMS
	// Developer Guide).
	keyPattern = regexp.MustCompile(`^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:key/[A-Za-z0-9-]{1,64}$`)
)

// checkPlaces requires that input, output, lists and the files of runs are apart: a run would
// else work on its own outputs.
func (v *validator) checkPlaces(p Pipeline, region string, network Network) {
	type kept struct {
		field, what string
		Place
	}
	ours := []kept{
		{"", "the files of runs", Place{Prefix: contract.RunsPrefix}},
		{"", "lists", Place{Prefix: contract.ListsPrefix}},
	}
	if contract.Command(p.Command).Uses(contract.FilesDir) {
		ours = append(ours, kept{"", "the files that Command reads", Place{Prefix: contract.FilesPrefix}})
	}
	places := slices.Concat(ours, []kept{{"Input", "the input", p.Input}, {"Output", "the output", p.Output}})
	for i, place := range places[len(ours):] {
		v.checkPlace(place.field, place.Place, region)
		v.check(network.Kind != Isolated || place.Region == "" || place.Region == region, place.field+".Region", place.Region,
			"none with an isolated network, whose endpoint reaches the buckets of its own region only")
		for _, other := range places[:len(ours)+i] {
			inOneBucket := place.Bucket == other.Bucket
			v.check(!inOneBucket || place.Bucket == "" || sameBucket(place.Place, other.Place), place.field, place.String(),
				"the Account, Region and RequesterPays of "+other.what+", which is in the same bucket")
			v.check(!place.wellFormed() || !other.wellFormed() || !inOneBucket || !related(place.Place, other.Place),
				place.field+".Prefix", place.Prefix,
				fmt.Sprintf("a prefix apart from %q, which is for %s", other.Prefix, other.what))
		}
	}
}

func (v *validator) checkPlace(field string, place Place, region string) {
	v.check(place.Bucket == "" || bucketPattern.MatchString(place.Bucket), field+".Bucket", place.Bucket,
		"the name of a bucket, or none for the stack's own")
	v.check(place.wellFormed(), field+".Prefix", place.Prefix,
		"one to four folders of up to 50 letters, digits, '.', '_' and '-', each ending in a slash, "+
			"or / for all of an existing bucket")
	v.check(place.Account == "" || place.Bucket != "" && accountPattern.MatchString(place.Account),
		field+".Account", place.Account, "12 digits beside the name of a bucket, or none")
	v.check(place.Key == "" || place.Bucket != "" && keyPattern.MatchString(place.Key), field+".Key", place.Key,
		"the ARN of a key, and no alias, beside the name of a bucket, or none")
	v.check(place.Region == "" || place.Bucket != "" && regionPattern.MatchString(place.Region),
		field+".Region", place.Region, "a region such as eu-west-1 beside the name of a bucket, or none")
	v.check(!place.RequesterPays || place.Account != "", field+".RequesterPays", "true",
		"false, unless Account says who owns the bucket: an owner pays for itself")
	region = cmp.Or(place.Region, region)
	if parts := keyPattern.FindStringSubmatch(place.Key); parts != nil && region != "" {
		v.check(parts[1] == region, field+".Key", place.Key, "a key of the region of the bucket, which is "+region)
	}
}

func (p Place) wellFormed() bool {
	return prefixPattern.MatchString(p.Prefix) || p.Prefix == WholeBucket && p.Bucket != ""
}

// sameBucket reports whether the places say the same of the bucket that they share.
func sameBucket(a, b Place) bool {
	return a.Account == b.Account && a.Region == b.Region && a.RequesterPays == b.RequesterPays
}

// related reports whether the keys of the one place have those of the other among them.
func related(a, b Place) bool {
	return strings.HasPrefix(a.KeyPrefix(), b.KeyPrefix()) || strings.HasPrefix(b.KeyPrefix(), a.KeyPrefix())
}

// overlap reports whether an object can be in both places. A stack's own buckets are a
// pipeline's own, so two pipelines can only meet in a bucket that has a name.
func overlap(a, b Place) bool { return a.Bucket != "" && a.Bucket == b.Bucket && related(a, b) }

// String is the place as "s3://BUCKET/PREFIX".
func (p Place) String() string { return "s3://" + p.Bucket + "/" + p.KeyPrefix() }
