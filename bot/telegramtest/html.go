package telegramtest

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxMarkupBytes is the longest text before its markup is read (the official server refuses more).
const maxMarkupBytes = 32768

// Entity is a marked stretch of a text. Offset and Length count UTF-16 units.
type Entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
}

// markup reads Telegram's HTML, more strictly than Telegram: whatever the documentation tells a bot to escape
// or not to nest is an error here.
type markup struct {
	src   string
	pos   int
	out   strings.Builder
	units int // UTF-16 units written so far
	open  []openTag
	found []Entity
}

// openTag is a tag that waits for its end; entity.Offset is where it began.
type openTag struct {
	name   string
	entity Entity
}

// parseText returns what a reader sees of text, and its entities. An empty mode means no markup. The rule is
// empty when the markup is right; it never holds a part of the text.
func parseText(text, mode string) (plain string, entities []Entity, rule string) {
	if mode == "" {
		return text, nil, ""
	}
	if len(text) > maxMarkupBytes {
		return "", nil, "text is too long before parsing"
	}
	m := markup{src: text}
	if rule = m.run(); rule != "" {
		return "", nil, rule + " at byte offset " + strconv.Itoa(m.pos)
	}
	slices.SortStableFunc(m.found, func(a, b Entity) int { return a.Offset - b.Offset })
	return m.out.String(), m.found, ""
}

func (m *markup) run() string {
	for m.pos < len(m.src) {
		rule := ""
		switch m.src[m.pos] {
		case '<':
			rule = m.tag()
		case '&':
			rule = m.escape()
		case '>':
			rule = "unescaped >"
		default:
			m.plain()
		}
		if rule != "" {
			return rule
		}
	}
	if len(m.open) > 0 {
		return "can't find the end tag of " + m.open[len(m.open)-1].name
	}
	return ""
}

// plain takes over what stands before the next character of the markup.
func (m *markup) plain() {
	text := m.src[m.pos:]
	if end := strings.IndexAny(text, "<>&"); end >= 0 {
		text = text[:end]
	}
	m.write(text)
	m.pos += len(text)
}

func (m *markup) write(text string) {
	m.out.WriteString(text)
	m.units += utf16Len(text)
}

// escape reads &lt; &gt; &amp; &quot; and numeric references.
func (m *markup) escape() string {
	end := strings.IndexByte(m.src[m.pos:], ';')
	if end < 2 || end > 10 {
		return "unescaped &"
	}
	name := m.src[m.pos+1 : m.pos+end]
	r, ok := reference(name)
	if !ok {
		number, base := strings.TrimPrefix(name, "#"), 10
		if strings.HasPrefix(number, "x") {
			number, base = number[1:], 16
		}
		n, err := strconv.ParseUint(number, base, 21)
		if name[0] != '#' || err != nil || n == 0 || n > utf8.MaxRune {
			return "unknown character reference"
		}
		r = rune(n)
	}
	m.write(string(r))
	m.pos += end + 1
	return ""
}

// reference is the character with a name.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	}
	return 0, false
}

// tag reads one start or end tag.
func (m *markup) tag() string {
	end := strings.IndexByte(m.src[m.pos:], '>')
	if end < 0 {
		return "unclosed tag"
	}
	inside := m.src[m.pos+1 : m.pos+end]
	rule := ""
	if name, closing := strings.CutPrefix(inside, "/"); closing {
		rule = m.closeTag(strings.ToLower(strings.TrimSpace(name)))
	} else {
		rule = m.openTag(inside)
	}
	if rule == "" {
		m.pos += end + 1
	}
	return rule
}

func (m *markup) closeTag(name string) string {
	if len(m.open) == 0 {
		return "unexpected end tag"
	}
	last := m.open[len(m.open)-1]
	if last.name != name {
		return "unmatched end tag, expected " + last.name
	}
	m.open = m.open[:len(m.open)-1]
	last.entity.Length = m.units - last.entity.Offset
	if last.entity.Length > 0 && last.entity.Type != "" {
		m.found = append(m.found, last.entity)
	}
	return ""
}

// tagType maps the tags that are allowed to the entity they make.
func tagType(name string) (string, bool) {
	for _, t := range [...]struct{ name, entity string }{
		{"b", "bold"}, {"i", "italic"}, {"strong", "bold"}, {"em", "italic"}, {"u", "underline"},
		{"ins", "underline"}, {"s", "strikethrough"}, {"strike", "strikethrough"}, {"del", "strikethrough"},
		{"code", "code"}, {"pre", "pre"}, {"a", "text_link"}, {"tg-spoiler", "spoiler"}, {"span", "spoiler"},
		{"blockquote", "blockquote"},
	} {
		if t.name == name {
			return t.entity, true
		}
	}
	return "", false
}

func (m *markup) openTag(inside string) string {
	name, rest, _ := strings.Cut(inside, " ")
	name = strings.ToLower(name)
	kind, ok := tagType(name)
	if !ok {
		return "unsupported start tag"
	}
	attr, value, rule := readAttribute(rest)
	if rule != "" {
		return rule
	}
	entity := Entity{Type: kind, Offset: m.units}
	if rule = entity.attribute(name, attr, value); rule != "" {
		return rule
	}
	if rule = m.nesting(name, &entity); rule != "" {
		return rule
	}
	m.open = append(m.open, openTag{name: name, entity: entity})
	return ""
}

// readAttribute reads at most one name="value" or bare name.
func readAttribute(s string) (name, value, rule string) {
	s = strings.TrimSpace(s)
	name, quoted, has := strings.Cut(s, "=")
	if !has {
		return name, "", ""
	}
	if len(quoted) < 2 || quoted[0] != quoted[len(quoted)-1] || (quoted[0] != '"' && quoted[0] != '\'') {
		return "", "", "attribute value without quotes"
	}
	value = quoted[1 : len(quoted)-1]
	if strings.ContainsAny(value, quoted[:1]) {
		return "", "", "more than one attribute"
	}
	return name, value, ""
}

// attribute applies the tag's attribute to its entity and refuses any other.
func (e *Entity) attribute(tag, attr, value string) string {
	switch {
	case tag == "a":
		if attr != "href" || value == "" {
			return "a without href"
		}
		e.URL = strings.ReplaceAll(value, "&amp;", "&")
	case tag == "span":
		if attr != "class" || value != "tg-spoiler" {
			return "span that is no spoiler"
		}
	case tag == "blockquote" && attr == "expandable":
		e.Type = "expandable_blockquote"
	case tag == "code" && attr == "class" && strings.HasPrefix(value, "language-"):
		e.Language = strings.TrimPrefix(value, "language-")
	case attr != "":
		return "unsupported attribute of " + tag
	}
	return ""
}

// nesting refuses what Telegram would silently drop. A code directly inside a pre only names the language.
func (m *markup) nesting(name string, e *Entity) string {
	for i, outer := range m.open {
		switch {
		case outer.name == "pre" && name == "code" && i == len(m.open)-1:
			m.open[i].entity.Language = e.Language
			e.Type = ""
		case outer.name == "pre" || outer.name == "code":
			return "tag inside " + outer.name
		case outer.name == name && (name == "a" || name == "blockquote"):
			return "nested " + name
		case (name == "pre" || name == "code") && !strings.HasSuffix(outer.entity.Type, "blockquote"):
			return name + " inside " + outer.name
		}
	}
	return ""
}

// utf16Len counts the UTF-16 units of s, the measure of all of Telegram's text limits here.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}
