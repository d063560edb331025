package faq

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tanyanetral/knowledge"
)

// Labelled is one question of an evaluation set. Any of the gold topics is a
// right answer; questions near to or out of scope have none.
type Labelled struct {
	Question string   `json:"q"`
	Gold     []string `json:"gold"`
	Kind     string   `json:"kind"` // in, near, out
	Register string   `json:"register"`
}

// The kinds of labelled questions.
const (
	kindIn   = "in"
	kindNear = "near"
	kindOut  = "out"
)

// ReadLabelled reads a set, one JSON object a line; an error names the line.
func ReadLabelled(r io.Reader) ([]Labelled, error) {
	var all []Labelled
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for n := 1; sc.Scan(); n++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var q Labelled
		if err := json.Unmarshal(sc.Bytes(), &q); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if !slices.Contains([]string{kindIn, kindNear, kindOut}, q.Kind) {
			return nil, fmt.Errorf("line %d: kind %q is not in, near or out", n, q.Kind)
		}
		all = append(all, q)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read the questions: %w", err)
	}
	if len(all) == 0 {
		return nil, errors.New("the file has no questions")
	}
	return all, nil
}

// Outcome of one labelled question.
type Outcome struct {
	Labelled
	Answer knowledge.Answer
	Rank   int // of the first gold topic among the candidates, from 1; 0 when absent
}

// Evaluate asks every question. Gold topics that the base lacks are left out;
// a question that has none left is counted in skipped.
func (m *Matcher) Evaluate(ctx context.Context, set []Labelled) (all []Outcome, skipped int, err error) {
	for _, q := range set {
		q.Gold = slices.DeleteFunc(slices.Clone(q.Gold), func(id string) bool { return m.Base().Topic(id) == nil })
		if q.Kind == kindIn && len(q.Gold) == 0 {
			skipped++
			continue
		}
		ans, err := m.Ask(ctx, q.Question)
		if err != nil {
			return nil, 0, err
		}
		o := Outcome{Labelled: q, Answer: ans}
		for i, c := range ans.Candidates {
			if slices.Contains(q.Gold, c.Topic) {
				o.Rank = i + 1
				break
			}
		}
		all = append(all, o)
	}
	return all, skipped, nil
}
