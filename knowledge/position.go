package knowledge

import (
	"fmt"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// place is where something stands in a data file.
type place struct {
	file string
	path string // YAML path such as $[3].outcomes[1].basis[0]
}

// complain notes a problem with its file and line. The file is parsed again
// to find the line, which costs time only when something is wrong. Items that
// are laid over the base stand in no file; their problems go to the sink.
func (l *loader) complain(at place, format string, args ...any) {
	if l.sink != nil {
		l.sink(at.path, format, args...)
		return
	}
	l.problems = append(l.problems, fmt.Errorf("%s:%d: %s", at.file, l.line(at),
		fmt.Sprintf(format, args...)))
}

func (l *loader) line(at place) int {
	file, err := parser.ParseBytes(l.raw[at.file], 0)
	if err != nil {
		return 1
	}
	p, err := yaml.PathString(at.path)
	if err != nil {
		return 1
	}
	node, err := p.FilterFile(file)
	if err != nil || node == nil || node.GetToken() == nil {
		return 1
	}
	return node.GetToken().Position.Line
}

// in returns the place of a key below this one.
func (p place) in(key string) place { return place{p.file, p.path + "." + key} }

// at returns the place of the i-th item of the list below this one.
func (p place) at(i int) place { return place{p.file, fmt.Sprintf("%s[%d]", p.path, i)} }
