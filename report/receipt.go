package report

import (
	"crypto/rand"
	"log/slog"
	"strings"
)

const (
	// alphabet is Crockford's base 32: no I, L, O or U.
	alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	// groups of groupLen characters, the last of each a check character: four
	// times four free characters of 5 bits are 80 bits, above the 77 that make
	// guessing hopeless at the price of one argon2id run a try.
	groups   = 4
	groupLen = 5
)

// Receipt is the only way back to a report, in its one written form:
// "XXXXX-XXXXX-XXXXX-XXXXX". It is a secret.
type Receipt string

// newReceipt draws a receipt of 80 random bits.
func newReceipt() Receipt {
	var raw [groups * (groupLen - 1)]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand stops the program instead
	parts := make([]string, groups)
	for g := range parts {
		chars := raw[g*(groupLen-1) : (g+1)*(groupLen-1)]
		word := make([]byte, 0, groupLen)
		for i := range chars {
			chars[i] &= 31 // 256 is a multiple of 32: every character is as likely
			word = append(word, alphabet[chars[i]])
		}
		parts[g] = string(append(word, alphabet[check(g, chars)]))
	}
	return Receipt(strings.Join(parts, "-"))
}

// ParseReceipt reads a receipt as people type it: in any case, with spaces and
// dashes anywhere, O for 0 and I or L for 1. A mistyped one is a *TypoError
// that names the first wrong group: its check character finds every single
// wrong character and every swap of two.
func ParseReceipt(s string) (Receipt, error) {
	s = strings.TrimSpace(s)
	if len(s) > 200 { // ten times the longest honest way of writing it
		return "", &TypoError{}
	}
	chars, bad := make([]byte, 0, groups*groupLen), 0
	for _, r := range strings.ToUpper(s) {
		if isGap(r) {
			continue
		}
		v := value(r)
		if v < 0 && bad == 0 {
			bad = len(chars)/groupLen + 1
		}
		chars = append(chars, byte(v&31)) //nolint:gosec // five bits
	}
	if len(chars) != groups*groupLen {
		return "", &TypoError{Group: shortGroup(s)}
	}
	if bad > 0 {
		return "", &TypoError{Group: bad}
	}
	parts := make([]string, groups)
	for g := range parts {
		group := chars[g*groupLen : (g+1)*groupLen]
		if check(g, group[:groupLen-1]) != group[groupLen-1] {
			return "", &TypoError{Group: g + 1}
		}
		word := make([]byte, groupLen)
		for i, c := range group {
			word[i] = alphabet[c]
		}
		parts[g] = string(word)
	}
	return Receipt(strings.Join(parts, "-")), nil
}

// Groups are the groups of the receipt, for typing one of them back.
func (r Receipt) Groups() []string { return strings.Split(string(r), "-") }

// Same tells whether a group that a person typed is the n-th (from 1) of the
// receipt.
func (r Receipt) Same(n int, typed string) bool {
	all := r.Groups()
	if n < 1 || n > len(all) || len(typed) > 200 {
		return false
	}
	var got strings.Builder
	for _, c := range strings.ToUpper(typed) {
		if isGap(c) {
			continue
		}
		v := value(c)
		if v < 0 {
			return false
		}
		got.WriteByte(alphabet[v])
	}
	return got.String() == all[n-1]
}

// String is for showing the receipt to its owner.
func (r Receipt) String() string { return string(r) }

// LogValue keeps the receipt out of logs.
func (r Receipt) LogValue() slog.Value { return slog.StringValue("receipt") }

// isGap tells what people put between groups, or what a phone makes of it.
func isGap(r rune) bool { return strings.ContainsRune(" \t\n\r\u00a0-_.–—‐‑−", r) }

// value is the number of a character, or -1.
func value(r rune) int {
	switch r {
	case 'O':
		r = '0'
	case 'I', 'L':
		r = '1'
	}
	if r > 127 {
		return -1
	}
	return strings.IndexByte(alphabet, byte(r)) //nolint:gosec // below 128
}

// shortGroup finds the first group of wrong length where the groups are written
// apart as we show them; 0: it cannot be told.
func shortGroup(s string) int {
	words := strings.FieldsFunc(s, isGap)
	if len(words) != groups {
		return 0
	}
	for i, w := range words {
		if len([]rune(w)) != groupLen {
			return i + 1
		}
	}
	return 0
}

// check is the check character of group g: a sum over the field of 32 elements
// with another weight for every place and a constant for the group, so that one
// wrong character, two swapped ones and two swapped groups are all found.
func check(g int, chars []byte) byte {
	sum := byte(g + 1) //nolint:gosec // a few groups
	weight := byte(1)
	for _, c := range chars {
		weight = times(weight, 2)
		sum ^= times(weight, c)
	}
	return sum
}

// times multiplies in the field of 32 elements (x^5 + x^2 + 1).
func times(a, b byte) byte {
	var p byte
	for b > 0 {
		if b&1 == 1 {
			p ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
		b >>= 1
	}
	return p
}
