package console

import (
	"html"
	"html/template"
	"regexp"
	"slices"
	"strings"
)

// telegramTag matches the tags that Telegram's HTML knows, without any
// attribute but a link's address.
var telegramTag = regexp.MustCompile(
	`</?(?:b|strong|i|em|u|s|code|pre|blockquote)>|<blockquote expandable>|<a href="https?://[^"<>\s]+">|</a>`)

// telegramHTML turns a reply in Telegram's HTML into ours. Only known tags
// pass, each is closed, and everything else is text.
func telegramHTML(reply string) template.HTML {
	var b strings.Builder
	var open []string
	rest := reply
	for rest != "" {
		at := telegramTag.FindStringIndex(rest)
		if at == nil {
			b.WriteString(asText(rest))
			break
		}
		b.WriteString(asText(rest[:at[0]]))
		open = writeTag(&b, rest[at[0]:at[1]], open)
		rest = rest[at[1]:]
	}
	for _, name := range slices.Backward(open) {
		b.WriteString("</" + name + ">")
	}
	return template.HTML(b.String()) //nolint:gosec // every piece is escaped or one of the known tags
}

// writeTag writes a tag if it fits those that are open.
func writeTag(b *strings.Builder, tag string, open []string) []string {
	name := strings.Trim(tag, "</>")
	name, _, _ = strings.Cut(name, " ")
	switch {
	case !strings.HasPrefix(tag, "</"):
		if name == "a" {
			tag = strings.TrimSuffix(tag, ">") + ` rel="noreferrer noopener">`
		}
		if name == "blockquote" {
			tag = "<blockquote>"
		}
		b.WriteString(tag)
		return append(open, name)
	case len(open) > 0 && open[len(open)-1] == name:
		b.WriteString(tag)
		return open[:len(open)-1]
	}
	return open // closes what is not open: left out
}

// asText escapes what stands between tags; entities of the reply are kept.
func asText(s string) string { return html.EscapeString(html.UnescapeString(s)) }
