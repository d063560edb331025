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
	"sync"

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
	l := &loader{files: files, sum: map[string][32]byte{}}
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
	mu       sync.Mutex        // guards what follows while files are read side by side
	raw      map[string][]byte // YAML files by name, to find lines again
	problems []error
	sum      map[string][32]byte

	sink    func(path, format string, args ...any) // takes the problems of items without a file
	revoked func(*Instrument) bool                 // which instruments may not be cited; nil: every revoked one
}

// note keeps a problem.
func (l *loader) note(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.problems = append(l.problems, err)
}

// err joins the problems in the order of their files.
func (l *loader) err() error {
	slices.SortStableFunc(l.problems, func(a, b error) int {
		return strings.Compare(fileOf(a), fileOf(b))
	})
	return errors.Join(l.problems...)
}

func fileOf(err error) string {
	name, _, _ := strings.Cut(err.Error(), ":")
	return name
}

func (l *loader) base() *Base {
	l.raw = map[string][]byte{}
	b := new(Base)
	l.list("groups.yaml", &b.Groups)
	var wait sync.WaitGroup
	byGroup := make([][]Topic, len(b.Groups))
	for i, g := range b.Groups {
		wait.Go(func() { l.list("topics/"+g.ID+".yaml", &byGroup[i]) })
	}
	for name, into := range map[string]any{
		"instruments.yaml": &b.Instruments, "sources.yaml": &b.Sources, "rules.yaml": &b.Rules,
		"outside.yaml": &b.Outside, "quiz.yaml": &b.Quiz, "pledge.yaml": &b.Pledge,
	} {
		wait.Go(func() { l.list(name, into) })
	}
	wait.Wait()
	b.Topics = slices.Concat(byGroup...)
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
	l.mu.Lock()
	l.raw[name] = data
	l.mu.Unlock()
	if err := DecodeYAML(data, into); err != nil {
		l.note(fmt.Errorf("%s:%s", name, yamlError(err)))
	}
}

// DecodeYAML reads YAML from anybody; an unknown key is an error. The library panics on some
// texts that are no YAML, such as a tag before a broken character.
func DecodeYAML(data []byte, into any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("[1:1] this is no YAML")
		}
	}()
	return yaml.UnmarshalWithOptions(data, into, yaml.Strict())
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
		l.note(fmt.Errorf("%s:1: %w", name, err))
	}
	return all
}

func (l *loader) read(name string) ([]byte, bool) {
	data, err := fs.ReadFile(l.files, name)
	if err != nil {
		l.note(fmt.Errorf("%s:1: the file cannot be read: %w", name, err))
		return nil, false
	}
	sum := sha256.Sum256(data)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sum[name] = sum
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
