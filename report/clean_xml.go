package report

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// scrubXML copies an XML part of an office file, and on the way empties the
// attributes and elements that name people, times, programs and folders, and
// leaves out what refers to dropped parts. It works on the tags as they are
// written, so that all else stays byte for byte.
func scrubXML(data []byte, dropped *regexp.Regexp) ([]byte, error) {
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, ErrCannotClean // UTF-16 hides tags from this
	}
	s := scrubber{in: data, dropped: dropped}
	for s.err == nil && s.at < len(s.in) {
		s.step()
	}
	if s.err != nil || s.skip != "" {
		return nil, ErrCannotClean
	}
	return s.out.Bytes(), nil
}

// scrubber is the state of one copy.
type scrubber struct {
	in      []byte
	at      int
	out     bytes.Buffer
	dropped *regexp.Regexp
	skip    string // full name of the element that is being left out or emptied
	depth   int    // of elements of that name inside it
	hollow  bool   // the element stays, its content goes
	err     error
}

// step copies one text, tag, comment or instruction.
func (s *scrubber) step() {
	rest := s.in[s.at:]
	if rest[0] != '<' {
		n := bytes.IndexByte(rest, '<')
		if n < 0 {
			n = len(rest)
		}
		s.emit(rest[:n])
		s.at += n
		return
	}
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")): // comments in the markup are nobody's text
		s.past(rest, "-->", false)
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		s.past(rest, "]]>", true)
	case bytes.HasPrefix(rest, []byte("<?xml ")):
		if enc := xmlEncoding(rest); enc != "" && !strings.EqualFold(enc, "utf-8") {
			s.err = ErrCannotClean
			return
		}
		s.past(rest, "?>", true)
	case bytes.HasPrefix(rest, []byte("<?")):
		s.past(rest, "?>", false)
	case bytes.HasPrefix(rest, []byte("<!")): // a document type can define anything
		s.err = ErrCannotClean
	default:
		s.tag(rest)
	}
}

// past goes to the end of what stands here, copying it or not.
func (s *scrubber) past(rest []byte, end string, keep bool) {
	n := bytes.Index(rest, []byte(end))
	if n < 0 {
		s.err = ErrCannotClean
		return
	}
	n += len(end)
	if keep {
		s.emit(rest[:n])
	}
	s.at += n
}

func (s *scrubber) emit(b []byte) {
	if s.skip == "" {
		s.out.Write(b)
	}
}

// tag copies one tag with its attributes scrubbed.
func (s *scrubber) tag(rest []byte) {
	n := tagEnd(rest)
	if n < 0 {
		s.err = ErrCannotClean
		return
	}
	tag := rest[:n]
	s.at += n
	name := tagName(tag)
	closing, alone := tag[1] == '/', tag[n-2] == '/'
	if s.skip != "" {
		s.inside(name, tag, closing, alone)
		return
	}
	switch {
	case closing:
		s.out.Write(tag)
		return
	case s.leaveOut(name, tag):
		if !alone {
			s.skip, s.depth, s.hollow = name, 1, false
		}
		return
	}
	scrubbed, ok := scrubAttributes(tag, local(name))
	if !ok {
		s.err = ErrCannotClean
		return
	}
	s.out.Write(scrubbed)
	if !alone && personal(name) {
		s.skip, s.depth, s.hollow = name, 1, true
	}
}

// inside counts tags of an element that is left out, up to its end.
func (s *scrubber) inside(name string, tag []byte, closing, alone bool) {
	switch {
	case name != s.skip || alone:
		return
	case !closing:
		s.depth++
		return
	}
	if s.depth--; s.depth > 0 {
		return
	}
	s.skip = ""
	if s.hollow {
		s.out.Write(tag)
	}
}

// leaveOut tells whether an element goes as a whole: a folder of the writer's
// machine, saving sessions, and what refers to a dropped part.
func (s *scrubber) leaveOut(name string, tag []byte) bool {
	switch local(name) {
	case "absPath", "rsids", "fileSharing", "attachedTemplate", "docVars", "mailMerge", "documentProtection",
		"writeProtection", "revisionPtr", "docId":
		return true
	case "Relationship":
		target := strings.TrimLeft(attribute(tag, "Target"), "./")
		if strings.EqualFold(attribute(tag, "TargetMode"), "External") {
			return strings.HasSuffix(attribute(tag, "Type"), "/attachedTemplate")
		}
		return s.drops(target)
	case "Override":
		return s.drops(strings.TrimLeft(attribute(tag, "PartName"), "/"))
	case "file-entry":
		return s.drops(attribute(tag, "manifest:full-path"))
	}
	return false
}

// drops tells whether a reference leads to a dropped part, seen from any of
// the folders from which parts refer.
func (s *scrubber) drops(target string) bool {
	if target == "" {
		return false
	}
	for _, folder := range []string{"", "word/", "xl/", "ppt/"} {
		if s.dropped.MatchString(folder + target) {
			return true
		}
	}
	return false
}

// personal tells which elements are emptied: writers, times and programs.
func personal(name string) bool {
	switch local(name) {
	case "creator", "lastModifiedBy", "initial-creator", "creator-initials", "sender-initials", "author",
		"author-name", "author-initials", "printed-by", "generator":
		return true
	}
	return name == "dc:date"
}

// tagEnd is the length of the tag at the start of b; -1: it has no end.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			return -1
		case c == '>':
			if i < 2 {
				return -1
			}
			return i + 1
		}
	}
	return -1
}

// tagName is the name of a tag with its prefix.
func tagName(tag []byte) string {
	name := bytes.TrimLeft(tag, "</")
	if n := bytes.IndexAny(name, " \t\r\n/>"); n >= 0 {
		name = name[:n]
	}
	return string(name)
}

// local is a name without its prefix.
func local(name string) string {
	if _, after, ok := strings.Cut(name, ":"); ok {
		return after
	}
	return name
}

// xmlEncoding is the encoding that an XML declaration names.
func xmlEncoding(decl []byte) string {
	n := bytes.Index(decl, []byte("?>"))
	if n < 0 {
		return "none"
	}
	return attribute(decl[:n+2], "encoding")
}
