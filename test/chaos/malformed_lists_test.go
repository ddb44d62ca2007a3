package chaos

import "strings"

// badLists are lists that a person may have made, by what is wrong and the ends of their names.
var badLists = map[string]string{
	"-empty.csv":            "",
	"-without-a-key.csv":    "name\ninput/a\n",
	"-without-a-header.csv": "input/a\n",
	"-a-column-more.csv":    "key,width\ninput/a,1\n",
	"-semicolons.csv":       "key;width\ninput/a;1\n",
	"-a-cell-more.csv":      "key\ninput/a,1\n",
	"-a-key-twice.csv":      "key\ninput/a\ninput/b\ninput/a\n",
	"-a-key-outside.csv":    "key\noutput/a\n",
	"-an-empty-key.csv":     "key\n\"\"\n",
	"-a-long-key.csv":       "key\ninput/" + strings.Repeat("k", 1024) + "\n",
	"-no-utf-8.csv":         "key\ninput/\xff\n",
	"-utf-16.csv":           "\xff\xfek\x00e\x00y\x00\n\x00",
	"-an-open-quote.csv":    "key\n\"input/a\n",
	"-a-quote-for-ever.csv": "key\n\"" + strings.Repeat("input/a\n", 1<<15),
	"-a-quote-within.csv":   "key\ninput/\"a\"\n",
	"-json.csv":             `{"key":"input/a"}` + "\n",
	"-csv.jsonl":            "key\ninput/a\n",
	"-a-list.jsonl":         `["input/a"]`,
	"-half-a-line.jsonl":    `{"key":"inp`,
	"-a-field-twice.jsonl":  `{"key":"input/a","key":"input/b"}`,
	"-a-number.jsonl":       `{"key":1}`,
	"-null.jsonl":           `{"key":null}`,
	"-half-a-pair.jsonl":    `{"key":"input/\ud800"}`,
	"-a-long-line.jsonl":    `{"key":"` + strings.Repeat("k", 1<<17),
	"-a-key-twice.jsonl":    `{"key":"input/a"}` + "\n" + `{"key":"input/\u0061"}`,
}
