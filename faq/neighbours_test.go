package faq

import (
	"fmt"
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
	v := unpacked(always.byGram, len(texts))
	demand.from = demand.first[outside]
	demand.ofGram = firstRows(v, demand.from)
	demand.byGram = packed(byDimension(v, demand.from, len(always.grams.idf)))

	q := bahasa.Analysis{Terms: []string{"posting", "calon"}, Standard: []string{"posting", "calon"}}
	g := always.grams.vector(gramKeys(q))
	for range 2 { // the second time with what the pool kept
		a, d := always.compare(g, always.spans(nil, 0)), demand.compare(g, demand.spans(nil, 0))
		for class := range classes {
			x, y := always.class(a, class), demand.class(d, class)
			if math.Abs(x.gram-y.gram) > 1e-5 || math.Abs(x.topGram-y.topGram) > 1e-5 || x.closest != y.closest {
				t.Errorf("class %d: %+v always, %+v on demand", class, x, y)
			}
		}
		if x := always.class(a, 0); x.topGram <= 0 || x.topGram > 1.001 {
			t.Errorf("the closest wording comes %v close", x.topGram)
		}
		always.done(a)
		demand.done(d)
	}
	if large := newNeighbours(texts, classes, outside, true); large.from != 4 {
		t.Errorf("in a large base %d wordings are compared on demand, want 4", large.from)
	}
}

// TestSpans: the wordings of the classes that are asked for come as close as
// when all are compared.
func TestSpans(t *testing.T) {
	var texts []wording
	for class := range 40 {
		for i := range 20 { // rows are long enough to be searched
			terms := []string{"boleh", fmt.Sprint("calon", class%7), fmt.Sprint("pasang", i%5)}
			texts = append(texts, wording{class: class, analysis: bahasa.Analysis{Terms: terms, Standard: terms}})
		}
	}
	n := newNeighbours(texts, 40, 38, false)
	g := n.grams.vector(gramKeys(bahasa.Analysis{Standard: []string{"boleh", "calon3", "pasang4"}}))
	whole := n.compare(g, n.spans(nil, 0))
	for _, classes := range [][]int{{0}, {3, 17, 4, 30}, {37, 36}, nil} {
		part := n.compare(g, n.spans(slices.Clone(classes), 38))
		for _, c := range append(classes, 38, 39) {
			if x, y := n.class(whole, c), n.class(part, c); x != y || x.topGram == 0 {
				t.Errorf("%v: class %d is %+v, of all %+v", classes, c, y, x)
			}
		}
		n.done(part)
	}
}

// unpacked turns stored wordings back into vectors.
func unpacked(by *rows[posting], texts int) *rows[feature] {
	all := make([]vector, texts)
	for d := range int32(by.len()) {
		for _, p := range by.row(d) {
			all[p>>weightBits] = append(all[p>>weightBits], feature{d, float32(p&weightOne) / weightOne})
		}
	}
	v := newRows[feature](texts)
	for _, x := range all {
		v.all = append(v.all, x...)
		v.end()
	}
	return v
}

// TestLikelihood: the more of a question's words a class uses, and the more
// often, the better it fits; words that it lacks speak against it.
func TestLikelihood(t *testing.T) {
	var texts []wording
	for class, lines := range [][][]string{
		{{"pakai", "kaos", "partai"}, {"pakai", "kaos", "hadir"}, {"pakai", "kaos"}},
		{{"hadir", "kampanye"}, {"hadir", "lihat", "kampanye"}, {"lihat", "kaos"}},
		{{"cuti", "tahunan"}},
	} {
		for _, terms := range lines {
			texts = append(texts, wording{class: class, analysis: bahasa.Analysis{Terms: terms, Plain: terms}})
		}
	}
	l := newLikelihood(texts, 3, 1)
	fits := func(terms ...string) (all []fit) {
		dims := l.dims(wordKeys(bahasa.Analysis{Terms: terms, Plain: terms}))
		for class := range 3 {
			all = append(all, l.class(dims, class))
		}
		return all
	}
	tests := []struct {
		terms []string
		best  int
	}{
		{[]string{"pakai", "kaos"}, 0}, {[]string{"hadir", "kampanye", "pakai", "kaos", "partai"}, 0},
		{[]string{"hadir", "lihat"}, 1}, {[]string{"cuti", "asing"}, 2},
	}
	for _, tt := range tests {
		got := fits(tt.terms...)
		for class, f := range got {
			if class != tt.best && f.words >= got[tt.best].words {
				t.Errorf("%v: class %d fits %.3f, class %d %.3f", tt.terms, class, f.words, tt.best, got[tt.best].words)
			}
			if f.cover < 0 || f.cover > 1 {
				t.Errorf("%v: covered %.3f", tt.terms, f.cover)
			}
		}
	}
	if got := fits("asing"); got[0] != (fit{}) {
		t.Errorf("a word that nobody knows fits %+v", got[0])
	}
	if got := fits("pakai", "kaos")[0].cover; got != 1 {
		t.Errorf("a known wording is covered by %.2f", got)
	}
	if large := newLikelihood(texts, 3, 2); len(large.space.idf) >= len(l.space.idf) {
		t.Error("what stands in one wording alone is kept in a large base")
	}
}

// TestNewton finds the minimum of (x-3)^2 + (x+y)^2, with a penalty of nearly
// nothing.
func TestNewton(t *testing.T) {
	x := []float64{0, 0}
	newton(x, 1e-12, func(g []float64, h [][]float64) {
		g[0] += 2*(x[0]-3) + 2*(x[0]+x[1])
		g[1] += 2 * (x[0] + x[1])
		h[0][0] += 4
		h[1][0] += 2
		h[1][1] += 2
	})
	if math.Abs(x[0]-3) > 1e-6 || math.Abs(x[1]+3) > 1e-6 {
		t.Errorf("found %v, want [3 -3]", x)
	}
}

// TestAffordable: terms that nearly every topic has are left out, and in a
// large base the commonest of the others, the rarest never; the order stays.
func TestAffordable(t *testing.T) {
	terms := []string{"boleh", "calon", "baliho", "asing"}
	large := map[string]int32{"boleh": maxVisits, "calon": maxVisits / 4, "baliho": 5}
	tests := []struct {
		topics map[string]int32
		size   int
		want   []string
	}{
		{map[string]int32{"boleh": 80, "calon": 70, "baliho": 5}, 100, terms},
		{map[string]int32{"boleh": 81, "calon": 70, "baliho": 5}, 100, []string{"calon", "baliho", "asing"}},
		{map[string]int32{"boleh": 100, "calon": 99, "baliho": 98, "asing": 97}, 100, []string{"baliho", "asing"}},
		{large, math.MaxInt32, []string{"calon", "baliho", "asing"}},
		{map[string]int32{"boleh": math.MaxInt16, "calon": math.MaxInt16, "baliho": math.MaxInt16, "asing": 1},
			math.MaxInt32, []string{"boleh", "asing"}},
	}
	for _, tt := range tests {
		x := index{topics: tt.topics, size: tt.size}
		if got := x.affordable(slices.Clone(terms)); !slices.Equal(got, tt.want) {
			t.Errorf("%v of %d: got %v, want %v", tt.topics, tt.size, got, tt.want)
		}
	}
}
