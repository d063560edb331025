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
	n := 0
	for html != "" {
		end := strings.IndexAny(html, "<&")
		if end < 0 {
			return n + units(html)
		}
		n += units(html[:end])
		html = html[end:]
		if html[0] == '&' {
			n -= escaped(html)
			n++
			html = html[1:]
			continue
		}
		_, html, _ = strings.Cut(html, ">")
	}
	return n
}

// units counts the UTF-16 units of a plain text.
func units(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
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
