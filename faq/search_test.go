package faq

import (
	"math"
	"slices"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"
)

// TestSearchSums: the sums over single terms are what bleve finds for all of them
// in one disjunction, the first time and when every term is known.
func TestSearchSums(t *testing.T) {
	m := shipped(t)
	x := m.state.Load().index
	base := m.Base()
	kept := func() (n int) {
		x.kept.Range(func(any, any) bool { n++; return true })
		return n
	}
	for round := range 2 {
		for i := range base.Topics {
			topic := &base.Topics[i]
			terms := m.state.Load().lang.Analyse(topic.Asks[0] + " " + topic.Title + " xyzzy").Terms
			got, err := x.search(t.Context(), slices.Clone(terms), candidates)
			if err != nil {
				t.Fatal(err)
			}
			want := disjunction(t, x, x.affordable(unique(terms)))
			if len(got) != min(candidates, len(want)) {
				t.Fatalf("round %d, %v: %d topics, want %d", round, terms, len(got), min(candidates, len(want)))
			}
			for j, h := range got {
				if s := want[base.Topics[h.class].ID]; math.Abs(s-h.score) > 1e-9 {
					t.Errorf("%v: %s scores %v, by bleve %v", terms, base.Topics[h.class].ID, h.score, s)
				}
				if j > 0 && h.score > got[j-1].score {
					t.Errorf("round %d, %v: hit %d is better than the one before", round, terms, j)
				}
			}
			better := 0
			for _, s := range want {
				if s > got[len(got)-1].score+1e-9 {
					better++
				}
			}
			if better >= candidates {
				t.Errorf("round %d, %v: bleve has %d better topics than the last", round, terms, better)
			}
		}
	}
	if _, ok := x.kept.Load("xyzzy"); ok || kept() == 0 {
		t.Errorf("%d terms are kept; one that nothing has: %v", kept(), ok)
	}
	if got, err := x.search(t.Context(), nil, candidates); err != nil || len(got) != 0 {
		t.Errorf("without terms: %v, %v", got, err)
	}
}

// disjunction lets bleve search all terms at once and gives every topic's score.
func disjunction(t *testing.T, x *index, terms []string) map[string]float64 {
	t.Helper()
	var parts []query.Query
	for _, term := range terms {
		for _, s := range searched() {
			q := bleve.NewTermQuery(term)
			q.SetField(s.field)
			q.SetBoost(s.boost)
			parts = append(parts, q)
		}
	}
	req := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(parts...), x.size, 0, false)
	res, err := x.SearchInContext(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	scores := map[string]float64{}
	for _, h := range res.Hits {
		scores[h.ID] = h.Score
	}
	return scores
}

// TestQuestions: a message is cut where the expression cuts it, also when the
// expression is not asked.
func TestQuestions(t *testing.T) {
	tests := []struct {
		message string
		parts   int // that say anything, none for a message of one question
	}{
		{"boleh like postingan calon", 0}, {"boleh like postingan calon? ?\n", 0}, {"boleh like? boleh hadir?", 2},
		{"boleh like\nboleh hadir", 2}, {"boleh like TERUS boleh hadir", 2}, {"a, satu lagi b", 2},
		{"seterusnya bagaimana", 1}, {"bole\u017f", 1}, {"a trus b terus c", 3}, {"", 0}, {"???", 0},
	}
	for _, tt := range tests {
		got := questions(tt.message)
		if len(got) != tt.parts {
			t.Errorf("%q gives %q, want %d parts", tt.message, got, tt.parts)
		}
	}
}
