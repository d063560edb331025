package bahasa

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// With returns a copy that also reads the given words or phrases as the
// standard words that they stand for. They come before shipped spellings of
// the same key; the copy's fingerprint differs as soon as there are any. Words
// that turn a rule round (tidak, boleh) cannot be given another meaning, and
// words that lead to each other are refused; the error names every such word.
func (l *Language) With(words map[string]string) (*Language, error) {
	c := *l
	if len(words) == 0 {
		return &c, nil
	}
	c.spelling = table{entries: maps.Clone(l.spelling.entries), starts: maps.Clone(l.spelling.starts)}
	extra := newTable()
	var problems []error
	for _, written := range slices.Sorted(maps.Keys(words)) {
		problems = append(problems, l.addWord(extra, written, words[written]))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	h := sha256.New()
	_, _ = h.Write([]byte(l.print)) // a hash never fails
	for _, key := range slices.Sorted(maps.Keys(extra.entries)) {
		canon, err := c.settle(extra, key)
		problems = append(problems, err)
		if _, ok := c.spelling.entries[key]; !ok {
			c.keys++
		}
		c.spelling.put(key, entry{canon: canon, file: "curated"})
		_, _ = fmt.Fprintf(h, "%s => %s\n", key, strings.Join(canon, " "))
	}
	c.print = hex.EncodeToString(h.Sum(nil))
	return &c, errors.Join(problems...)
}

// addWord takes one curated word into a table of its own.
func (l *Language) addWord(extra table, written, means string) error {
	key, canon := strings.Join(l.words(written), " "), l.words(means)
	switch {
	case key == "" || len(canon) == 0:
		return fmt.Errorf("word %q: it and what it stands for need letters or digits", written)
	case turnsRule(key):
		return fmt.Errorf("word %q: it turns a rule round and keeps its meaning", written)
	case extra.has(key):
		return fmt.Errorf("word %q: it stands in the list twice", written)
	case strings.Count(key, " ") >= maxPhrase:
		return fmt.Errorf("word %q: at most %d words fit", written, maxPhrase)
	}
	extra.put(key, entry{canon: canon})
	return nil
}

// maxSteps is how many curated words may lead to each other before it is
// taken for a cycle.
const maxSteps = 5

// settle follows a curated word to standard words: through other curated words
// and through the shipped spellings, so that "kgk" may be told to mean "gak".
func (l *Language) settle(extra table, key string) ([]string, error) {
	canon := extra.entries[key].canon
	if slices.Equal(canon, strings.Fields(key)) {
		return canon, nil // stays as it is written
	}
	for range maxSteps {
		next := extra.plain(canon)
		if slices.Equal(next, canon) {
			return l.spelling.plain(canon), nil
		}
		canon = next
	}
	return canon, fmt.Errorf("word %q: it leads round in a circle", key)
}

// plain rewrites words without saying which of them were.
func (t table) plain(words []string) []string {
	all := make([]string, 0, len(words))
	for _, w := range t.rewrite(words) {
		all = append(all, w.text)
	}
	return all
}

// put takes a key in, in the place of an older one.
func (t table) put(key string, e entry) {
	t.entries[key] = e
	first, rest, _ := strings.Cut(key, " ")
	n := 1
	if rest != "" {
		n += strings.Count(rest, " ") + 1
	}
	t.starts[first] = max(t.starts[first], n)
}
