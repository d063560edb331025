package bahasa

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"strings"
)

// maxPhrase is how many words a key may have.
const maxPhrase = 4

// token is a word on its way; a fixed one came from the lexicon and is not
// touched by spelling repair or stemmer.
type token struct {
	text  string
	fixed bool
}

// entry is one key of the lexicon.
type entry struct {
	canon []string
	file  string
	line  int
}

// table rewrites words by their longest known phrase.
type table struct {
	entries map[string]entry
	starts  map[string]int // first word -> longest phrase that begins with it
}

func newTable() table {
	return table{entries: map[string]entry{}, starts: map[string]int{}}
}

func (t table) has(w string) bool {
	_, ok := t.entries[w]
	return ok
}

// rewrite replaces the longest phrases first, from left to right. What a
// replacement yields is not looked up again.
func (t table) rewrite(words []string) []token {
	out := make([]token, 0, len(words))
	for i := 0; i < len(words); {
		n, canon := t.longest(words[i:])
		if n == 0 {
			out = append(out, token{text: words[i]})
			i++
			continue
		}
		for _, c := range canon {
			out = append(out, token{text: c, fixed: true})
		}
		i += n
	}
	return out
}

func (t table) longest(words []string) (int, []string) {
	for n := min(t.starts[words[0]], len(words)); n > 0; n-- {
		key := words[0]
		if n > 1 {
			key = strings.Join(words[:n], " ")
		}
		if e, ok := t.entries[key]; ok {
			return n, e.canon
		}
	}
	return 0, nil
}

// add puts a key in; a key that stands twice is an error that names both lines.
func (t table) add(key string, e entry) error {
	n := strings.Count(key, " ") + 1
	if n > maxPhrase {
		return fmt.Errorf("%s:%d: %q has %d words, at most %d fit", e.file, e.line, key, n, maxPhrase)
	}
	if old, ok := t.entries[key]; ok {
		return fmt.Errorf("%s:%d: %q stands already at %s:%d; keep one", e.file, e.line, key, old.file, old.line)
	}
	t.entries[key] = e
	first, _, _ := strings.Cut(key, " ")
	t.starts[first] = max(t.starts[first], n)
	return nil
}

// check refuses a canon that is rewritten again: a chain or a cycle.
func (t table) check() []error {
	var problems []error
	for key, e := range t.entries {
		whole := strings.Join(e.canon, " ")
		if whole == key {
			continue
		}
		if next, ok := t.entries[whole]; ok && strings.Join(next.canon, " ") != whole {
			problems = append(problems, fmt.Errorf(
				"%s:%d: %q leads to %q, which %s:%d leads on; name the last word at once",
				e.file, e.line, key, whole, next.file, next.line))
		}
	}
	return problems
}

// kinds of lexicon files: those that mend spelling give standard words, and
// those of meaning give canonical tokens.
func isMeaning(kind string) bool { return strings.HasPrefix(kind, "sinonim") }

// Load reads the language data and refuses duplicates, chains and cycles; the
// error names file and line.
func Load(files fs.FS) (*Language, error) {
	l := &Language{spelling: newTable(), synonyms: newTable(), rootSyn: map[string]string{}}
	lexica, err := fs.Glob(files, "lexicon/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the lexicon: %w", err)
	}
	var problems []error
	for _, name := range lexica {
		problems = append(problems, l.loadLexicon(files, name)...)
	}
	problems = append(problems, l.spelling.check()...)
	problems = append(problems, l.synonyms.check()...)
	roots, err1 := lineSet(files, "roots.txt")
	forms, err2 := pairs(files, "forms.txt")
	stop, err3 := lineSet(files, "stop.txt")
	anchors, err4 := lineSet(files, "anchors.txt")
	slots, err5 := loadSlots(files, "slots.txt")
	doubled, err6 := pairs(files, "ulang.txt")
	names, err7 := lineSet(files, "names.txt")
	places, err8 := lineSet(files, "places.txt")
	english, err9 := lineSet(files, "english.txt")
	if err := errors.Join(append(problems, err1, err2, err3, err4, err5, err6, err7, err8, err9)...); err != nil {
		return nil, err
	}
	maps.Copy(roots, names)
	maps.Copy(roots, places)
	l.names, l.places, l.english = names, places, english
	if l.print, err = fingerprint(files); err != nil {
		return nil, err
	}
	l.stem = stemmer{roots: roots, forms: forms, prefixes: prefixes(), suffixes: suffixes()}
	l.stop, l.anchors, l.slots, l.doubled = stop, anchors, slots, doubled
	return l, nil
}

// fingerprint is the hash of all data files in the order of their names.
func fingerprint(files fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		fmt.Fprintf(h, "%s %d\n%s", name, len(data), data)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the language data: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (l *Language) loadLexicon(files fs.FS, name string) []error {
	kind := strings.TrimSuffix(path.Base(name), ".txt")
	var problems []error
	err := eachLine(files, name, func(n int, line string) {
		keys, canon, ok := strings.Cut(line, "=>")
		canon = strings.TrimSpace(canon)
		if !ok || canon == "" {
			problems = append(problems, fmt.Errorf("%s:%d: write it as \"key, key => word\"", name, n))
			return
		}
		e := entry{canon: strings.Fields(canon), file: name, line: n}
		for key := range strings.SplitSeq(keys, ",") {
			if key = strings.Join(strings.Fields(strings.ToLower(key)), " "); key != "" {
				problems = append(problems, l.addKey(kind, key, e)...)
			}
		}
	})
	if err != nil {
		problems = append(problems, err)
	}
	return problems
}

func (l *Language) addKey(kind, key string, e entry) []error {
	l.keys++
	var err error
	switch {
	case kind == "sinonim-akar":
		if old, ok := l.rootSyn[key]; ok {
			err = fmt.Errorf("%s:%d: %q leads to %q already; keep one", e.file, e.line, key, old)
		}
		l.rootSyn[key] = strings.Join(e.canon, "_")
	case isMeaning(kind):
		err = l.synonyms.add(key, e)
	default:
		err = l.spelling.add(key, e)
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

// eachLine calls f with number and text of every line that is neither empty
// nor a comment.
func eachLine(files fs.FS, name string, f func(int, string)) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("%s:1: the file cannot be read: %w", name, err)
	}
	sc := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; sc.Scan(); n++ {
		if line := strings.TrimSpace(sc.Text()); line != "" && !strings.HasPrefix(line, "#") {
			f(n, line)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("%s:1: %w", name, err)
	}
	return nil
}

func lineSet(files fs.FS, name string) (map[string]bool, error) {
	set := map[string]bool{}
	err := eachLine(files, name, func(_ int, line string) {
		for w := range strings.FieldsSeq(strings.ToLower(line)) {
			set[w] = true
		}
	})
	return set, err
}

func pairs(files fs.FS, name string) (map[string]string, error) {
	m := map[string]string{}
	var bad error
	err := eachLine(files, name, func(n int, line string) {
		forms, root, ok := strings.Cut(line, "=>")
		if !ok {
			bad = fmt.Errorf("%s:%d: write it as \"form, form => root\"", name, n)
			return
		}
		for f := range strings.SplitSeq(forms, ",") {
			m[strings.TrimSpace(f)] = strings.TrimSpace(root)
		}
	})
	return m, errors.Join(err, bad)
}
