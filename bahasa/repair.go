package bahasa

import (
	"math/bits"
	"strings"
)

// vocabulary is what spelling repair may repair to: words that the base uses,
// grouped by first letter.
type vocabulary struct {
	count   map[string]int
	byFirst map[byte][]target
}

// target is a word that others may be repaired to.
type target struct {
	word       string
	consonants string
	letters    uint32 // which letters it has, as letterSet tells
	count      int
}

// minUses is how often the base must use a word before others are repaired to
// it: a word seen once may itself be a slip.
const minUses = 3

// newVocabulary groups the words; one that turns a rule round is no target.
func newVocabulary(count map[string]int) vocabulary {
	v := vocabulary{count: count, byFirst: map[byte][]target{}}
	for w, n := range count {
		if n >= minUses && len(w) >= 4 && !hasDigit(w) && !turnsRule(w) {
			v.byFirst[w[0]] = append(v.byFirst[w[0]], target{w, consonants(w), letterSet(w), n})
		}
	}
	return v
}

func (v vocabulary) has(w string) bool { return v.count[w] > 0 }

// repair returns the word that an unknown one was most likely meant to be:
// same first letter, and either the same consonants (short words) or one edit
// away (five letters and more; two from nine). Ties go to the more frequent
// word. A word that turns a rule round is never the result.
func (v vocabulary) repair(w string) (string, bool) {
	if len(w) < 4 {
		return "", false
	}
	slip := target{word: w, letters: letterSet(w)}
	if len(w) <= 5 {
		slip.consonants = consonants(w)
	}
	best, bestCount := "", 0
	all := v.byFirst[w[0]]
	for i := range all {
		c := &all[i]
		if c.count < bestCount || c.count == bestCount && c.word > best || !slip.near(c) {
			continue
		}
		best, bestCount = c.word, c.count
	}
	return best, best != ""
}

// turnsRule names the words that no repair may produce.
func turnsRule(w string) bool {
	switch w {
	case "tidak", "bukan", "belum", "jangan", "tanpa", "boleh", "dilarang", "wajib", "harus":
		return true
	}
	return false
}

// near reports whether a word of four letters and more may be a slip for c.
func (t *target) near(c *target) bool {
	n := len(t.word)
	if abs(n-len(c.word)) > 2 {
		return false
	}
	if n <= 5 && len(t.consonants) >= 3 && t.consonants == c.consonants {
		return true
	}
	limit := 0
	switch {
	case n >= 9:
		limit = 2
	case n >= 5:
		limit = 1
	}
	// An edit takes one letter from a set and puts one in at most.
	if limit == 0 || bits.OnesCount32(t.letters^c.letters) > 2*limit {
		return false
	}
	return distance(t.word, c.word, limit) <= limit
}

// letterSet is a bit for each letter of a word; other bytes share the bits.
func letterSet(w string) uint32 {
	var set uint32
	for i := range len(w) {
		set |= 1 << (w[i] & 31)
	}
	return set
}

func consonants(w string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("aiueo", r) {
			return -1
		}
		return r
	}, w)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// typicalWord is how long a word may be before its distance needs memory of
// its own.
const typicalWord = 31

// distance is the Damerau-Levenshtein distance (with swaps of neighbours) in
// bytes; beyond limit it may return any larger number.
func distance(a, b string, limit int) int {
	if abs(len(a)-len(b)) > limit {
		return limit + 1
	}
	var space [3][typicalWord + 1]int
	prev2, prev, cur := space[0][:], space[1][:], space[2][:]
	if len(b) > typicalWord {
		prev2, prev, cur = make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	}
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		best := cur[0]
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
			best = min(best, cur[j])
		}
		if best > limit {
			return limit + 1
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
