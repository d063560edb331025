package bot

import (
	"strings"
	"unicode/utf16"
)

// A replacer is built at its first use and then only read.
var (
	marks   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	unmarks = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&")
)

// escape makes text safe inside Telegram's HTML. The library's own escaper
// leaves quotation marks alone, which breaks attributes.
func escape(s string) string {
	return marks.Replace(s)
}

func bold(s string) string { return "<b>" + escape(s) + "</b>" }

func italic(s string) string { return "<i>" + escape(s) + "</i>" }

// plainText is a reply without its formatting, for the terminal and for counting.
func plainText(html string) string {
	var b strings.Builder
	depth := false
	for _, r := range html {
		switch {
		case r == '<':
			depth = true
		case r == '>' && depth:
			depth = false
		case !depth:
			b.WriteRune(r)
		}
	}
	return unmarks.Replace(b.String())
}

// size counts the characters of a reply as Telegram does: UTF-16 units after
// formatting, a tag as none and an escaped character as one.
func size(html string) int {
	n, tag := 0, false
	for i, r := range html {
		switch {
		case tag:
			tag = r != '>'
		case r == '<':
			tag = true
		default:
			n += utf16.RuneLen(r)
			if r == '&' {
				n -= escaped(html[i:])
			}
		}
	}
	return n
}

// escaped is how many further characters stand for the one that an escaped
// text begins with; 0: it is a plain ampersand.
func escaped(s string) int {
	for _, mark := range [...]string{"&lt;", "&gt;", "&amp;", "&quot;"} {
		if strings.HasPrefix(s, mark) {
			return len(mark) - 1
		}
	}
	return 0
}
