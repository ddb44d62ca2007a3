package listing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// prefix is what all keys begin with.
const prefix = "input/"

// shapes are what buckets look like: about n keys each, sorted.
func shapes(n int) map[string][]string {
	random := rand.New(rand.NewPCG(1, 2))
	hex := func(digits int) string { return pick(random, "0123456789abcdef", digits) }
	return made(n, map[string]func(i int) string{
		"numbers in a row":      func(i int) string { return fmt.Sprintf("%08d.jpg", i) },
		"numbers without zeros": func(i int) string { return fmt.Sprint(i) },
		"hashes":                func(int) string { return hex(16) },
		"hashes in two levels":  func(int) string { return hex(2) + "/" + hex(2) + "/" + hex(12) },
		"folders by date":       func(i int) string { return fmt.Sprintf("%04d/%02d/%02d/%s", 2024+i%2, 1+i/2%12, 1+i/24%28, hex(8)) },
		"days of one year": func(i int) string {
			return fmt.Sprintf("year=2026/month=%02d/day=%02d/part-%05d.gz", 1+i%12, 1+i/12%28, i/336)
		},
		"one giant among small": func(i int) string { return giant(i, n) },
		"a deep tree": func(i int) string {
			return strings.Join(strings.Split(fmt.Sprintf("%012b", i%4096), ""), "/") + "/" + hex(6)
		},
		"a long shared prefix":     func(i int) string { return strings.Repeat("customer/archive-", 40) + fmt.Sprintf("%07d", i) },
		"long common tails":        func(i int) string { return hex(6) + strings.Repeat("/same", 60) },
		"customers of all sizes":   func(i int) string { return fmt.Sprintf("customer-%d/%08d", int(random.ExpFloat64()*20), i) },
		"Chinese, Greek and emoji": func(int) string { return pick(random, "αβγδ漢字東京😀😁🙈", 8) },
		"controls and percents":    func(int) string { return pick(random, "\x01\n\r %+/\x7f", 9) },
	})
}

// hostile are keys of which no cut has half on either side.
func hostile(n int) map[string][]string {
	random := rand.New(rand.NewPCG(1, 2))
	return made(n, map[string]func(i int) string{
		"each begins like the one before": func(i int) string { return strings.Repeat("a", i%900) + fmt.Sprint(i/900) },
		"the highest character":           func(int) string { return pick(random, "a\U0010ffff", 14) },
	})
}

func pick(random *rand.Rand, alphabet string, length int) string {
	characters := []rune(alphabet)
	var text strings.Builder
	for range length {
		text.WriteRune(characters[random.IntN(len(characters))])
	}
	return text.String()
}

func made(n int, makers map[string]func(i int) string) map[string][]string {
	all := map[string][]string{}
	for name, key := range makers {
		var keys []string
		for i := range n {
			keys = append(keys, prefix+key(i))
		}
		slices.Sort(keys)
		all[name] = slices.Compact(keys)
	}
	return all
}

// giant is a key of which nine in ten are in one folder.
func giant(i, n int) string {
	if i%10 > 0 {
		return fmt.Sprintf("photos/%09d", i)
	}
	return fmt.Sprintf("%c/%d/%d", 'a'+i/10%26, i/260%7, i)
}
