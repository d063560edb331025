package knowledge

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed data
var embedded embed.FS

// Embedded returns the curated base that ships with the program.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "data")
	if err != nil {
		panic(err) // "data" is a valid path: this cannot happen
	}
	return sub
}

// maxLine is the longest way of asking that is read, in bytes; Telegram cuts
// messages at 4,096 characters.
const maxLine = 16 << 10

// Load reads a base and validates it. The error names file and line for
// everything that is wrong, one problem a line.
func Load(files fs.FS) (*Base, error) {
	l := loader{files: files, sum: map[string][32]byte{}}
	b := l.base()
	if len(l.problems) > 0 {
		return nil, l.err()
	}
	b.index()
	l.check(b)
	if len(l.problems) > 0 {
		return nil, l.err()
	}
	return b, nil
}

// loader reads the files of a base and gathers what is wrong with them.
type loader struct {
	files    fs.FS
	raw      map[string][]byte // YAML files by name, to find lines again
	problems []error
	sum      map[string][32]byte
}

func (l *loader) err() error { return errors.Join(l.problems...) }

func (l *loader) base() *Base {
	l.raw = map[string][]byte{}
	b := new(Base)
	l.list("groups.yaml", &b.Groups)
	l.list("instruments.yaml", &b.Instruments)
	l.list("sources.yaml", &b.Sources)
	l.list("rules.yaml", &b.Rules)
	l.list("outside.yaml", &b.Outside)
	l.list("quiz.yaml", &b.Quiz)
	l.list("pledge.yaml", &b.Pledge)
	for _, g := range b.Groups {
		var ts []Topic
		l.list("topics/"+g.ID+".yaml", &ts)
		b.Topics = append(b.Topics, ts...)
	}
	for i := range b.Topics {
		b.Topics[i].Asks = l.lines("asks/" + b.Topics[i].ID + ".txt")
	}
	for i := range b.Outside {
		b.Outside[i].Lines = l.lines("outside/" + b.Outside[i].ID + ".txt")
	}
	b.Print = l.fingerprint()
	return b
}

// list decodes a YAML list; an unknown key is an error.
func (l *loader) list(name string, into any) {
	data, ok := l.read(name)
	if !ok {
		return
	}
	l.raw[name] = data
	if err := yaml.UnmarshalWithOptions(data, into, yaml.Strict()); err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s:%s", name, yamlError(err)))
	}
}

// yamlError keeps of the library's error the position and the reason, without
// its drawing of the source.
func yamlError(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	if rest, ok := strings.CutPrefix(first, "["); ok {
		if pos, reason, ok := strings.Cut(rest, "] "); ok {
			line, _, _ := strings.Cut(pos, ":")
			return line + ": " + reason
		}
	}
	return "1: " + first
}

// lines reads a plain list: one entry a line, '#' begins a comment line.
func (l *loader) lines(name string) []string {
	data, ok := l.read(name)
	if !ok {
		return nil
	}
	var all []string
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, maxLine)
	for sc.Scan() {
		if s := strings.TrimSpace(sc.Text()); s != "" && !strings.HasPrefix(s, "#") {
			all = append(all, s)
		}
	}
	if err := sc.Err(); err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s:1: %w", name, err))
	}
	return all
}

func (l *loader) read(name string) ([]byte, bool) {
	data, err := fs.ReadFile(l.files, name)
	if err != nil {
		l.problems = append(l.problems, fmt.Errorf("%s:1: the file cannot be read: %w", name, err))
		return nil, false
	}
	l.sum[name] = sha256.Sum256(data)
	return data, true
}

// fingerprint is the hash of all files read, in the order of their names.
func (l *loader) fingerprint() string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(l.sum)) {
		s := l.sum[name]
		h.Write([]byte(name))
		h.Write(s[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
