package bahasa

import (
	"slices"
	"strings"
)

// stemmer strips affixes and accepts a result only when it is a known root:
// without the check "pemilu" would lose its first syllable and "mundur" its
// meaning.
type stemmer struct {
	roots    map[string]bool
	forms    map[string]string // form -> root, for what the rules would miss
	prefixes []prefix
	suffixes []string
	memo     map[string]string // word -> root, of words that are met often
}

// minRoot is the shortest root that affixes may leave, in letters.
const minRoot = 3

// remember returns a stemmer that need not work out the given words again.
func (s stemmer) remember(words map[string]int) stemmer {
	memo := make(map[string]string, len(words))
	for w := range words {
		memo[w] = s.stem(w)
	}
	s.memo = memo
	return s
}

// stem returns the root of a word, or the word itself when no root is found.
// A word that is itself a root stays.
func (s stemmer) stem(w string) string {
	if root, ok := s.memo[w]; ok {
		return root
	}
	if root, ok := s.forms[w]; ok {
		return root
	}
	if s.roots[w] || len(w) <= minRoot || hasDigit(w) {
		return w
	}
	if root, ok := s.strip(w); ok {
		return root
	}
	return w
}

// known reports whether the word is a root or an inflection of one.
func (s stemmer) known(w string) bool {
	if root, ok := s.memo[w]; ok && root != w {
		return true
	}
	if _, ok := s.forms[w]; ok || s.roots[w] {
		return true
	}
	_, ok := s.strip(w)
	return ok
}

// strip tries the word without each ending, then without each beginning, the
// least change first.
func (s stemmer) strip(w string) (string, bool) {
	for _, trunk := range s.withoutSuffix(w) {
		if s.ok(trunk) {
			return s.base(trunk), true
		}
	}
	for _, trunk := range s.withoutSuffix(w) {
		for _, inner := range s.withoutPrefix(trunk) {
			if s.ok(inner) {
				return s.base(inner), true
			}
		}
	}
	for _, trunk := range s.withoutSuffix(w) {
		for _, inner := range s.withoutPrefix(trunk) {
			for _, core := range s.withoutPrefix(inner) { // memper-, keber-, dipe-
				if s.ok(core) {
					return s.base(core), true
				}
			}
		}
	}
	return "", false
}

func (s stemmer) ok(w string) bool {
	if len(w) < minRoot {
		return false
	}
	_, form := s.forms[w]
	return form || s.roots[w]
}

func (s stemmer) base(w string) string {
	if root, ok := s.forms[w]; ok {
		return root
	}
	return w
}

// suffixes in the order in which they are tried; "in", "i" and "e" are those
// of everyday and Javanese-coloured speech.
func suffixes() []string {
	return []string{"nya", "lah", "kah", "kan", "ku", "mu", "an", "in", "ne", "i", "e"}
}

// withoutSuffix lists the word and what is left of it without one ending, and
// without two (dilaporkannya), the longest first: desakan is from desak.
func (s stemmer) withoutSuffix(w string) []string {
	all := []string{w}
	for _, outer := range s.suffixes {
		if t, ok := strings.CutSuffix(w, outer); ok && len(t) >= minRoot {
			all = append(all, t)
			for _, inner := range s.suffixes {
				if t2, ok := strings.CutSuffix(t, inner); ok && len(t2) >= minRoot {
					all = append(all, t2)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// prefix is one beginning and the letters that its sound change may have
// swallowed: menyukai is me + ny + ukai, from suka. Before a vowel mem- and
// men- have always swallowed one (memuji is from puji).
type prefix struct {
	text   string
	vowel  []string // what may have stood before a vowel
	others []string // and before a consonant
}

func (p prefix) starts(rest string) []string {
	if strings.ContainsRune("aiueo", rune(rest[0])) {
		return p.vowel
	}
	return p.others
}

func prefixes() []prefix {
	plain, k, t, p, sc := []string{""}, []string{"", "k"}, []string{"t"}, []string{"p"}, []string{"s", "c"}
	return []prefix{
		{"menge", plain, plain}, {"penge", plain, plain}, {"nge", plain, plain},
		{"meny", []string{"s"}, nil}, {"peny", []string{"s"}, nil}, {"ny", sc, nil},
		{"meng", k, plain}, {"peng", k, plain}, {"ng", k, plain},
		{"mem", p, plain}, {"pem", p, plain}, {"men", t, plain}, {"pen", t, plain},
		{"ber", plain, plain}, {"be", plain, plain}, {"ter", plain, plain}, {"per", plain, plain},
		{"me", plain, plain}, {"pe", plain, plain}, {"di", plain, plain}, {"ke", plain, plain},
		{"se", plain, plain}, {"ku", plain, plain}, {"m", p, nil}, {"n", t, nil},
	}
}

// withoutPrefix lists what is left of a word without one beginning.
func (s stemmer) withoutPrefix(w string) []string {
	var all []string
	for _, p := range s.prefixes {
		t, ok := strings.CutPrefix(w, p.text)
		if !ok || t == "" {
			continue
		}
		for _, start := range p.starts(t) {
			if len(start)+len(t) >= minRoot {
				all = append(all, start+t)
			}
		}
	}
	return all
}
