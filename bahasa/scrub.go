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

// honorific begins a name: pak budi, bu siti.
func honorific(w string) bool {
	switch w {
	case "pak", "bapak", "bpk", "bu", "ibu", "bunda", "mas", "mbak", "mba", "kang", "bang", "abang", "kak":
		return true
	case "sdr", "sdri", "saudari", "haji", "hj", "ustadz", "ustad", "kyai", "gus", "bernama", "namanya":
		return true
	}
	return false
}

// post is an office; what follows it is often who holds it, or where.
func post(w string) bool {
	switch w {
	case "camat", "lurah", "kades", "kadis", "kabid", "kasi", "kapus", "kepsek", "sekda", "sekcam", "sekdes":
		return true
	case "bupati", "walikota", "gubernur", "wabup", "wawali", "wagub", "cabup", "cagub", "cawabup", "caleg":
		return true
	case "desa", "kecamatan", "kelurahan", "sdn", "smpn", "sman", "puskesmas", "dinas", "rt", "rw":
		return true
	}
	return false
}

// Scrub masks what may identify a person: numbers, addresses, links, known
// names, whatever follows an honorific, and what follows a post or is written
// with a capital letter without being an ordinary word. It is careful on
// purpose: a masked word costs a curator a guess, a name that stays exposes
// somebody.
func (l *Language) Scrub(text string) string {
	text = personal.ReplaceAllString(text, mask)
	fields := strings.Fields(text)
	after, start := nothing, true
	for i, f := range fields {
		word := strings.ToLower(strings.TrimFunc(f, notLetter))
		tells := f != mask && word != "" && l.tells(after, word, isCapital(f) && !start)
		switch {
		case tells:
			fields[i], after = mask, afterPost // a name may have a second part
		case honorific(word):
			after = afterHonorific
		case post(word):
			after = afterPost
		default:
			after = nothing
		}
		start = strings.HasSuffix(f, ".") || strings.HasSuffix(f, "?") || strings.HasSuffix(f, "!")
	}
	return strings.Join(fields, " ")
}

// context is what the word before says of the next one.
type context int

const (
	nothing context = iota
	afterHonorific
	afterPost
)

// tells reports whether a word may tell who somebody is, given what stands
// before it and whether it is written like a name.
func (l *Language) tells(after context, word string, capital bool) bool {
	switch {
	case honorific(word) || post(word):
		return false
	case l.names[word]:
		return true
	case after == afterHonorific:
		return !l.stop[word] && !keepsAfterHonorific(word)
	case after == afterPost:
		return l.places[word] || !l.ordinary(word)
	}
	return capital && !l.places[word] && !l.ordinary(word)
}

// keepsAfterHonorific lists the words with which a question to "pak" goes on.
func keepsAfterHonorific(w string) bool {
	switch w {
	case "tidak", "ga", "gak", "boleh", "bisa", "kalau", "kalo", "klo", "kepala", "guru", "kapan", "siapa", "kenapa":
		return true
	case "bagaimana", "gimana", "berapa", "sudah", "udah", "belum", "izin", "maaf", "saya", "sy", "ketua", "wakil":
		return true
	}
	return false
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
