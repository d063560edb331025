// Package bahasa turns everyday written Indonesian into terms that can be
// matched: it undoes chat spelling, regional function words and affixes, and
// it keeps the words on which a rule turns (tidak, belum, tanpa, boleh,
// sebelum, sesudah). It is a leaf: strings in, terms out, no search engine.
//
// The language knowledge is data (data/), not code:
//
//	lexicon/*.txt  spellings and synonyms, "key, key => canon"
//	roots.txt      root words, any number a line; the stemmer accepts nothing else
//	names.txt      personal names, places.txt names of places
//	ulang.txt      doubled words that are more than their half
//	forms.txt      inflected forms whose root the rules would miss
//	stop.txt       words that carry no meaning for matching
//	anchors.txt    words that place a question in the domain
//	slots.txt      what a question says of persons, relations and time
//	english.txt    words by which an English question is recognised
package bahasa

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed data
var embedded embed.FS

// Embedded returns the language data that ship with the program.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err) // "data" is a valid path: this cannot happen
	}
	return sub
}

// Language holds the data and turns text into terms. It is read-only and may
// be shared between goroutines.
type Language struct {
	spelling table             // chat spelling and regional words -> standard words
	synonyms table             // standard words and phrases -> canonical tokens
	rootSyn  map[string]string // roots -> canonical tokens, looked up after stemming
	doubled  map[string]string // halves of doublings that mean something else
	stem     stemmer
	stop     map[string]bool
	anchors  map[string]bool
	names    map[string]bool // of persons
	places   map[string]bool
	english  map[string]bool // function words of English
	slots    map[string][]rule
	vocab    vocabulary // words that spelling repair may repair to
	keys     int
	print    string
}

// Analysis is a text after each step of the normalisation.
type Analysis struct {
	Words    []string // cleaned tokens as written
	Standard []string // after chat spelling, regional words and spelling repair
	Canon    []string // after phrases and synonyms
	Terms    []string // after stop words and stemmer: what is matched
	Plain    []string // standard words without stop words
	Unknown  []string // standard words that no list knows
	Repaired []string // "written>taken for" of every spelling repair
}

// Normal is the normal form: the terms in order, joined by spaces.
func (a Analysis) Normal() string { return strings.Join(a.Terms, " ") }

// Analyse normalises a text. It never fails; a text without words has no terms.
func (l *Language) Analyse(text string) Analysis {
	var a Analysis
	a.Words = l.words(text)
	standard := l.spelling.rewrite(a.Words)
	a.Standard = make([]string, 0, len(standard))
	a.Plain = make([]string, 0, len(standard))
	for _, t := range standard {
		w := t.text
		if !t.fixed && !l.knows(w) {
			if better, ok := l.vocab.repair(w); ok {
				a.Repaired = append(a.Repaired, w+">"+better)
				w = better
			} else {
				a.Unknown = append(a.Unknown, w)
			}
		}
		a.Standard = append(a.Standard, w)
		if !l.stop[w] {
			a.Plain = append(a.Plain, w)
		}
	}
	canon := l.synonyms.rewrite(a.Standard)
	a.Canon, a.Terms = make([]string, 0, len(canon)), make([]string, 0, len(canon))
	for _, t := range canon {
		a.Canon = append(a.Canon, t.text)
		if term, ok := l.term(t); ok {
			a.Terms = append(a.Terms, term)
		}
	}
	return a
}

// term is the matched form of a canonical token, or false for a stop word.
func (l *Language) term(t token) (string, bool) {
	if t.fixed {
		return t.text, true
	}
	if l.stop[t.text] {
		return "", false
	}
	root := l.stem.stem(t.text)
	if c, ok := l.rootSyn[root]; ok {
		return c, true
	}
	if l.stop[root] {
		return "", false
	}
	return root, true
}

// knows reports whether a standard word needs no repair.
// Most words are of the vocabulary; the stemmer takes longest.
func (l *Language) knows(w string) bool {
	return len(w) < 4 || l.vocab.has(w) || hasDigit(w) || l.stop[w] || l.spelling.has(w) || l.synonyms.has(w) ||
		l.stem.known(w)
}

// Anchors counts the distinct terms that place a text in the domain.
func (l *Language) Anchors(terms []string) int {
	var found []string
	for _, t := range terms {
		if l.anchors[t] && !slices.Contains(found, t) {
			found = append(found, t)
		}
	}
	return len(found)
}

// English reports whether a text is in English: at least three of its words,
// and a third of them, are English function words.
func (l *Language) English(a Analysis) bool {
	n := 0
	for _, w := range a.Words {
		if l.english[w] {
			n++
		}
	}
	return n >= 3 && 3*n >= len(a.Words)
}

// Keys is how many spellings and synonyms the lexicon knows.
func (l *Language) Keys() int { return l.keys }

// Print is the fingerprint of the language data, hexadecimal SHA-256.
func (l *Language) Print() string { return l.print }

// WithVocabulary returns a copy that repairs spelling to the given words,
// counted by how often the base uses them.
func (l *Language) WithVocabulary(count map[string]int) *Language {
	c := *l
	c.vocab = newVocabulary(count)
	c.stem = l.stem.remember(count)
	return &c
}

// Standard gives the words of a text after chat spelling and regional words
// alone, which is what a vocabulary is counted from.
func (l *Language) Standard(text string) []string {
	var all []string
	for _, t := range l.spelling.rewrite(l.words(text)) {
		all = append(all, t.text)
	}
	return all
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if '0' <= s[i] && s[i] <= '9' {
			return true
		}
	}
	return false
}
