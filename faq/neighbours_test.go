package faq

import (
	"math"
	"slices"
	"testing"

	"tanyanetral/bahasa"
)

// TestLargeBase: wordings that are compared on demand come as close as those
// that are compared always.
func TestLargeBase(t *testing.T) {
	var texts []wording
	for class, lines := range [][][]string{
		{{"like", "posting", "calon"}, {"suka", "posting", "calon", "calon"}},
		{{"pasang", "baliho", "rumah"}, {"posting", "baliho", "calon"}},
		{},
		{{"cuti", "tahunan"}, {"gaji", "posting"}}, // out of scope
	} {
		for _, terms := range lines {
			texts = append(texts, wording{class: class, analysis: bahasa.Analysis{Terms: terms, Standard: terms}})
		}
	}
	const classes, outside = 4, 3
	always := newNeighbours(texts, classes, outside, false)
	demand := newNeighbours(texts, classes, outside, false)
	v := func(by *rows[feature]) *rows[feature] { return transposed(by, len(texts)) }
	demand.from = demand.first[outside]
	demand.ofWord = firstRows(v(always.byWord), demand.from)
	demand.ofGram = firstRows(v(always.byGram), demand.from)
	demand.byWord = byDimension(v(always.byWord), demand.from, len(always.words.idf))
	demand.byGram = byDimension(v(always.byGram), demand.from, len(always.grams.idf))

	q := bahasa.Analysis{Terms: []string{"posting", "calon"}, Standard: []string{"posting", "calon"}}
	w, g := always.words.vector(wordKeys(q)), always.grams.vector(gramKeys(q))
	for range 2 { // the second time with what the pool kept
		a, d := always.compare(w, g), demand.compare(w, g)
		for class := range classes {
			if x, y := always.class(a, class), demand.class(d, class); x != y {
				t.Errorf("class %d: %+v always, %+v on demand", class, x, y)
			}
		}
		if x := always.class(a, 0); x.topWord <= 0 || x.topWord > 1.000001 {
			t.Errorf("the closest wording comes %v close", x.topWord)
		}
		always.done(a)
		demand.done(d)
	}
	large := newNeighbours(texts, classes, outside, true)
	if large.from != 4 || len(large.words.idf) >= len(always.words.idf) {
		t.Errorf("from %d with %d dimensions, small base %d", large.from, len(large.words.idf),
			len(always.words.idf))
	}
}

// transposed undoes byDimension.
func transposed(by *rows[feature], texts int) *rows[feature] {
	all := make([]vector, texts)
	for d := range int32(by.len()) {
		for _, p := range by.row(d) {
			all[p.id] = append(all[p.id], feature{d, p.weight})
		}
	}
	v := newRows[feature](texts)
	for _, x := range all {
		v.all = append(v.all, x...)
		v.end()
	}
	return v
}

// TestAffordable: in a large base the commonest terms are left out, the rarest
// never, and the order stays.
func TestAffordable(t *testing.T) {
	terms := []string{"boleh", "calon", "baliho", "asing"}
	topics := map[string]int32{"boleh": maxVisits, "calon": maxVisits / 4, "baliho": 5}
	tests := []struct {
		topics map[string]int32
		want   []string
	}{
		{nil, terms},
		{topics, []string{"calon", "baliho", "asing"}},
		{map[string]int32{"boleh": math.MaxInt16, "calon": math.MaxInt16, "baliho": math.MaxInt16, "asing": 1},
			[]string{"boleh", "asing"}},
	}
	for _, tt := range tests {
		x := index{topics: tt.topics}
		if got := x.affordable(slices.Clone(terms)); !slices.Equal(got, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.topics, got, tt.want)
		}
	}
}
