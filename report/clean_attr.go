package report

import (
	"bytes"
	"strings"
)

// attr is one attribute inside a tag: where it starts with the blank before
// it, its name, and where its value stands.
type attr struct {
	start    int
	name     string
	from, to int // of the value, without quotes
}

// attributes lists the attributes of a tag; false: it is not well formed, and
// what it hides cannot be told.
func attributes(tag []byte) ([]attr, bool) {
	const blanks = " \t\r\n"
	var out []attr
	at := bytes.IndexAny(tag, blanks)
	for at >= 0 {
		start := at
		rest := bytes.TrimLeft(tag[at:], blanks)
		if len(rest) == 0 || bytes.IndexByte([]byte("/>?"), rest[0]) >= 0 {
			return out, true
		}
		at = len(tag) - len(rest)
		eq := bytes.IndexByte(rest, '=')
		if eq <= 0 || at == start && len(out) > 0 {
			return nil, false
		}
		name := strings.Trim(string(rest[:eq]), blanks)
		value := bytes.TrimLeft(rest[eq+1:], blanks)
		if name == "" || strings.ContainsAny(name, blanks+"<>\"'") || len(value) == 0 ||
			value[0] != '"' && value[0] != '\'' {
			return nil, false
		}
		end := bytes.IndexByte(value[1:], value[0])
		if end < 0 {
			return nil, false
		}
		from := len(tag) - len(value) + 1
		out = append(out, attr{start: start, name: name, from: from, to: from + end})
		at = from + end + 1
	}
	return out, true
}

// attribute is the value of an attribute; empty: there is none.
func attribute(tag []byte, name string) string {
	all, _ := attributes(tag)
	for _, a := range all {
		if a.name == name {
			return string(tag[a.from:a.to])
		}
	}
	return ""
}

// scrubAttributes copies a tag with what tells of people and machines emptied
// or left out; false: the tag is not well formed.
func scrubAttributes(tag []byte, element string) ([]byte, bool) {
	all, ok := attributes(tag)
	if !ok {
		return nil, false
	}
	var out bytes.Buffer
	last := 0
	for _, a := range all {
		switch judge(element, a.name, string(tag[a.from:a.to])) {
		case keeps:
		case empties:
			out.Write(tag[last:a.from])
			out.WriteString(blank(a.name))
			last = a.to
		case removes:
			out.Write(tag[last:a.start])
			last = a.to + 1
		}
	}
	out.Write(tag[last:])
	return out.Bytes(), true
}

// verdict is what happens to an attribute.
type verdict int

const (
	keeps verdict = iota
	empties
	removes
)

// judge decides on an attribute by its element and name.
func judge(element, name, value string) verdict {
	switch element {
	case "cNvPr", "docPr": // pictures carry the name of the file they came from
		if name == "name" || name == "descr" || name == "title" {
			return empties
		}
	case "cmAuthor", "person", "author":
		if name == "name" || name == "displayName" || local(name) == "author" {
			return empties
		}
	case "pageSetup":
		if local(name) == "id" { // of the printer's settings, which are dropped
			return removes
		}
	case "Relationship":
		if name == "Target" && onMachine(value) {
			return empties
		}
	}
	switch n := local(name); {
	case strings.HasPrefix(n, "rsid"), strings.HasSuffix(n, "rsid"), n == "dateUtc":
		return removes // marks of saving sessions and times
	case n == "author", n == "initials", n == "userId", n == "providerId", n == "userName",
		n == "refreshedBy",
		n == "lastModifiedBy", n == "creator":
		return empties
	case (n == "date" || n == "dt" || n == "dT") && strings.ContainsRune(value, 'T'):
		return removes
	case (n == "title" || n == "href" || n == "src") && onMachine(value):
		return empties
	}
	return keeps
}

// blank is what stands in the place of an emptied value: references may not be
// empty, everything else may.
func blank(name string) string {
	if name == "Target" {
		return "about:blank"
	}
	return ""
}

// onMachine tells whether a reference leads to somebody's folders.
func onMachine(v string) bool {
	low := strings.ToLower(v)
	return strings.HasPrefix(low, "file:") || strings.HasPrefix(v, `\\`) || strings.HasPrefix(v, "/home") ||
		strings.HasPrefix(v, "/Users") || len(v) > 2 && v[1] == ':' && (v[2] == '\\' || v[2] == '/')
}
