package knowledge

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decisive is one row of testdata/cases.jsonl: an act, a phase and a person,
// and the whole set of outcomes that must be shown.
type decisive struct {
	Topic    string  `json:"topic"`
	Act      string  `json:"act"`
	When     When    `json:"when"`
	Who      Who     `json:"who"`
	Verdict  Verdict `json:"verdict"`
	Outcomes []shown `json:"outcomes"`
}

// shown is an outcome without its condition, which is prose.
type shown struct {
	When  When     `json:"when"`
	Who   []Who    `json:"who"`
	Kind  Kind     `json:"kind"`
	Level Level    `json:"level"`
	Basis []string `json:"basis"`
}

// minCases is how many decisive cases are promised.
const minCases = 150

func TestDecisiveCases(t *testing.T) {
	b, err := Load(Embedded())
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	n := 0
	for sc.Scan() {
		n++
		var c decisive
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		checkCase(t, b, n, c)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	if n < minCases {
		t.Errorf("%d cases, at least %d are promised", n, minCases)
	}
}

func checkCase(t *testing.T, b *Base, line int, c decisive) {
	t.Helper()
	topic := b.Topic(c.Topic)
	if topic == nil {
		t.Errorf("line %d: topic %q does not exist", line, c.Topic)
		return
	}
	if topic.Verdict != c.Verdict {
		t.Errorf("line %d: %s (%s): verdict %s, want %s", line, c.Topic, c.Act, topic.Verdict, c.Verdict)
	}
	var got []shown
	for _, o := range topic.Choose(c.When, c.Who).Now {
		s := shown{When: o.When, Who: o.Who, Kind: o.Kind, Level: o.Level, Basis: []string{}}
		for _, cite := range o.Basis {
			s.Basis = append(s.Basis, cite.String())
		}
		got = append(got, s)
	}
	if diff := cmp.Diff(inOrder(c.Outcomes), inOrder(got)); diff != "" {
		t.Errorf("line %d: %s (%s), phase %q, person %q (-want +got):\n%s", line, c.Topic, c.Act,
			c.When, c.Who, diff)
	}
}

// inOrder sorts outcomes, persons and bases: the case says which are shown,
// not in which order.
func inOrder(all []shown) []string {
	var lines []string
	for _, s := range all {
		slices.Sort(s.Who)
		slices.Sort(s.Basis)
		line, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		lines = append(lines, string(line))
	}
	slices.Sort(lines)
	return lines
}
