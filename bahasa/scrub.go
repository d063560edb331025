package bahasa

import (
	"regexp"
	"strings"
	"unicode"
)

// mask stands where something personal stood.
const mask = "[…]"

// personal finds what identifies by its form: links, e-mail addresses,
// @names, and numbers of five digits and more, also with spaces, dots and
// dashes in between (NIP 18 digits, NIK 16, telephone 8 to 14).
var personal = regexp.MustCompile(`(?i)\S+@\S+\.\S+|@[a-z0-9_]{2,}|\b(?:https?://|www\.|t\.me/|wa\.me/)\S+|` +
	`\+?\d(?:[ .\-]?\d){4,}|\b[a-z0-9-]+\.(?:com|net|org|id|co|me|io)(?:/\S*)?\b`)

// honorific begins a name: pak budi, bu camat siti, kades sukamaju.
func honorific(w string) bool {
	switch w {
	case "pak", "bapak", "bpk", "bu", "ibu", "bunda", "mas", "mbak", "mba", "kang", "teh", "bang", "abang",
		"kak", "sdr", "sdri", "saudari", "haji", "hj", "ustadz", "ustad", "kyai", "gus", "drs", "dr", "dra",
		"ir", "h", "prof":
		return true
	}
	return isPost(w)
}

// isPost names posts; what follows a post is often the name of who holds it.
func isPost(w string) bool {
	switch w {
	case "camat", "lurah", "kades", "kadis", "kabid", "kasi", "kapus", "kepsek", "sekda", "sekcam", "sekdes",
		"bupati", "walikota", "gubernur", "wabup", "wawali", "wagub", "cabup", "cagub", "cawabup", "caleg",
		"rt", "rw", "bernama", "namanya":
		return true
	}
	return false
}

// Scrub masks what may identify a person: numbers, addresses, links, names
// after honorifics and posts, and capitalised words inside a sentence that no
// list of ordinary words knows. It is careful on purpose: a masked word costs
// a curator a guess, a name that stays exposes somebody.
func (l *Language) Scrub(text string) string {
	text = personal.ReplaceAllString(text, mask)
	fields := strings.Fields(text)
	after, start := false, true
	for i, f := range fields {
		word := strings.ToLower(strings.TrimFunc(f, notLetter))
		switch {
		case f == mask || word == "":
		case after && !honorific(word) && !l.ordinary(word):
			fields[i] = mask
			start = false
			continue // a name may have a second part
		case !start && isCapital(f) && !l.ordinary(word):
			fields[i] = mask
		}
		after = honorific(word)
		start = strings.HasSuffix(f, ".") || strings.HasSuffix(f, "?") || strings.HasSuffix(f, "!")
	}
	return strings.Join(fields, " ")
}

// ordinary reports whether a word is known to the language and so no name.
func (l *Language) ordinary(w string) bool {
	return l.stop[w] || l.spelling.has(w) || l.synonyms.has(w) || l.stem.known(w) || l.anchors[w] ||
		l.vocab.count[w] >= minUses
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// isCapital reports whether a word is written like a name: one capital letter
// first. Words all in capitals are abbreviations or shouting.
func isCapital(f string) bool {
	rs := []rune(strings.TrimFunc(f, notLetter))
	return len(rs) > 1 && unicode.IsUpper(rs[0]) && unicode.IsLower(rs[1])
}
