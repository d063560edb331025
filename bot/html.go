package bot

import "strings"

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
