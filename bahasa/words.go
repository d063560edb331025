package bahasa

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRunes is how much of a text is read; Telegram allows 4,096 characters,
// and what stands after the first 2,000 changes no answer (reference bench).
const maxRunes = 2000

// words cleans a text and cuts it into lower-case tokens of letters and
// digits. Links, addresses, @names and emoji are dropped; "kata2" and
// "kata-kata" become "kata", unless the data say otherwise; letters written
// three times and more shrink.
func (l *Language) words(text string) []string {
	text = norm.NFKC.String(limit(text, maxRunes))
	var all []string
	for _, field := range strings.Fields(strings.ToLower(text)) {
		if isAddress(field) {
			continue
		}
		all = l.appendWords(all, field)
	}
	return all
}

func limit(s string, runes int) string {
	if len(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n == runes {
			return s[:i]
		}
		n++
	}
	return s
}

func isAddress(s string) bool {
	return strings.HasPrefix(s, "@") || strings.Contains(s, "://") || strings.HasPrefix(s, "www.") ||
		strings.Contains(s, "@") && strings.Contains(s, ".")
}

// appendWords cuts one field at everything that is neither letter nor digit.
// A hyphen joins a repetition (kata-kata) and a prefix (di-tag, nge-like).
func (l *Language) appendWords(all []string, field string) []string {
	if w, ok := simple(field); ok {
		if half := l.squeeze(w); half != w {
			return l.appendHalf(all, half)
		}
		return append(all, w)
	}
	parts := strings.FieldsFunc(strip(field), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-'
	})
	for _, p := range parts {
		for _, w := range unhyphen(p) {
			half := l.squeeze(unrepeat(w))
			if half != w || strings.HasPrefix(p, w+"-"+w) {
				all = l.appendHalf(all, half)
			} else if half != "" {
				all = append(all, half)
			}
		}
	}
	return all
}

// appendHalf takes half of a doubling, or what the data say that it means.
func (l *Language) appendHalf(all []string, half string) []string {
	if whole, ok := l.doubled[half]; ok {
		half = whole
	}
	if half != "" {
		all = append(all, half)
	}
	return all
}

// simple returns the word of a field that is nothing but plain letters and
// the marks around them, as nearly every field is.
func simple(field string) (string, bool) {
	word := strings.TrimRight(strings.TrimLeft(field, `("`), `.,?!;:)"`)
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return "", false
		}
	}
	return word, word != ""
}

// strip removes marks that do not show: zero-width and direction characters,
// combining marks, apostrophes inside a word (jum'at).
func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Mn, unicode.Cc) || r == '\'' || r == '’' || r == '`' {
			return -1
		}
		return r
	}, s)
}

// unhyphen resolves hyphens: a repetition becomes one word, a prefix is
// joined, everything else is cut.
func unhyphen(s string) []string {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' })
	if len(parts) == 2 {
		if parts[0] == parts[1] {
			return parts[:1]
		}
		switch parts[0] {
		case "di", "ke", "nge", "me", "ber", "ter", "pe", "non":
			return []string{parts[0] + parts[1]}
		}
		switch parts[1] {
		case "nya", "kan", "ku", "mu", "lah", "kah", "in", "an":
			return []string{parts[0] + parts[1]}
		}
		if tail, ok := strings.CutPrefix(parts[1], parts[0]); ok && len(tail) <= 3 { // teman-temannya
			return parts[1:]
		}
	}
	return parts
}

// unrepeat turns "kata2" and "kata2nya" into "kata" and "katanya". Words of
// one letter keep their digit (a2), as do numbers.
func unrepeat(w string) string {
	i := strings.IndexByte(w, '2')
	if i < 3 || strings.ContainsAny(w[:i], "013456789") {
		return w
	}
	rest := w[i+1:]
	if rest == "" || rest == "nya" || rest == "an" || rest == "in" || rest == "kan" {
		return w[:i] + rest
	}
	return w
}

// squeeze shrinks repeated letters unless the word is known as it is, as pppk
// and whatsapp are.
func (l *Language) squeeze(w string) string {
	if !repeats(w) {
		return w
	}
	if l.stem.roots[w] || l.spelling.has(w) || l.synonyms.has(w) {
		return w
	}
	return shrink(w)
}

// repeats reports whether a letter may stand twice in a row.
func repeats(w string) bool {
	for i := range len(w) {
		if w[i] >= utf8.RuneSelf || i > 0 && w[i] == w[i-1] {
			return true
		}
	}
	return false
}

// shrink shrinks a letter written three times or more to one, and a doubled
// letter at the end of a longer word too ("bangeeet", "dongg").
func shrink(w string) string {
	rs := []rune(w)
	out := rs[:0]
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && rs[j] == rs[i] {
			j++
		}
		keep := j - i
		if keep >= 3 && !unicode.IsDigit(rs[i]) {
			keep = 1
		}
		last := j == len(rs) && len(rs) > 4
		if keep == 2 && last && unicode.IsLetter(rs[i]) && !strings.ContainsRune("aiueos", rs[i]) {
			keep = 1
		}
		for range keep {
			out = append(out, rs[i])
		}
		i = j
	}
	return string(out)
}
