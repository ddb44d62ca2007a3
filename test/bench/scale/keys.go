package main

import (
	"fmt"
	"sort"
	"strings"
)

// shape makes up the keys of a bucket: the key with the number i of n, greater than
// all keys before it.
type shape func(i, n int) string

var shapes = map[string]shape{
	"flat":   func(i, n int) string { return fmt.Sprintf("input/%010d.jpg", i) },
	"hashes": func(i, n int) string { return fmt.Sprintf("input/%016x.jpg", uint64(i)*(1<<63/uint64(n))) },
	"days":   days,
	"giant":  giant,
	"long":   func(i, n int) string { return fmt.Sprintf("%s%010d", longPrefix, i) },
}

var longPrefix = "input/" + strings.Repeat("archive-", 30)

// days spreads the objects over the days of three years.
func days(i, n int) string {
	const all = 3 * 12 * 28
	day, rest := i*all/n, uint64(i*all%n)
	return fmt.Sprintf("input/%d/%02d/%02d/%016x.json.gz", 2024+day/28/12, day/28%12+1, day%28+1, rest*(1<<63/uint64(n)))
}

// giant has one object in a hundred in small folders, and all others in one among them.
func giant(i, n int) string {
	small := n / 200
	switch {
	case i < small:
		return fmt.Sprintf("input/album-%07d/%04d.jpg", i/100, i%100)
	case i < n-small:
		return fmt.Sprintf("input/photos/%010d.jpg", i)
	default:
		return fmt.Sprintf("input/scans-%07d/%04d.jpg", (i-n+small)/100, i%100)
	}
}

// firstAfter is the number of the first key that is greater than the given one.
func (s shape) firstAfter(after string, n int) int {
	return sort.Search(n, func(i int) bool { return s(i, n) > after })
}
