package bahasa

import "strings"

// vocabulary is what spelling repair may repair to: words that the base uses,
// grouped by first letter.
type vocabulary struct {
	count   map[string]int
	byFirst map[byte][]string
}

// minUses is how often the base must use a word before others are repaired to
// it: a word seen once may itself be a slip.
const minUses = 3

func newVocabulary(count map[string]int) vocabulary {
	v := vocabulary{count: count, byFirst: map[byte][]string{}}
	for w, n := range count {
		if n >= minUses && len(w) >= 4 && !hasDigit(w) {
			v.byFirst[w[0]] = append(v.byFirst[w[0]], w)
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
	best, bestCount := "", 0
	for _, c := range v.byFirst[w[0]] {
		if !near(w, c) || turnsRule(c) {
			continue
		}
		if n := v.count[c]; n > bestCount || n == bestCount && c < best {
			best, bestCount = c, n
		}
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

func near(w, c string) bool {
	switch {
	case len(w) < 4 || abs(len(w)-len(c)) > 2:
		return false
	case len(w) <= 5 && consonants(w) == consonants(c) && len(consonants(w)) >= 3:
		return true
	case len(w) >= 9:
		return distance(w, c, 2) <= 2
	case len(w) >= 5:
		return distance(w, c, 1) <= 1
	}
	return false
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

// distance is the Damerau-Levenshtein distance (with swaps of neighbours) in
// bytes; beyond limit it may return any larger number.
func distance(a, b string, limit int) int {
	if abs(len(a)-len(b)) > limit {
		return limit + 1
	}
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
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
