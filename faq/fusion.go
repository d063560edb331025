package faq

import (
	"cmp"
	"math"
	"slices"
)

// rankers is how many judgements are fused.
const rankers = 4

// fusion weighs the rankers: bleve's score, closeness by words and by letter
// groups, each in relation to its best candidate, and the logarithm of the
// classifier's probability. It is fitted on left-out wordings.
type fusion [rankers]float64

// floorP keeps the logarithm of a vanishing probability finite.
const floorP = 1e-5

// judgements are what the rankers say of each candidate.
func judgements(all []scored) [][rankers]float64 {
	var bm, word, gram float64
	for _, s := range all {
		bm, word, gram = max(bm, s.bm25), max(word, s.word), max(gram, s.gram)
	}
	out := make([][rankers]float64, len(all))
	for i, s := range all {
		out[i] = [rankers]float64{
			ratio(s.bm25, bm), ratio(s.word, word), ratio(s.gram, gram), math.Log(s.p+floorP) / -math.Log(floorP),
		}
	}
	return out
}

func (f fusion) score(x [rankers]float64) float64 {
	var s float64
	for i, w := range f {
		s += w * x[i]
	}
	return s
}

// apply scores the candidates, gives each its share, and sorts them.
func (f fusion) apply(all []scored) {
	for i, x := range judgements(all) {
		all[i].fused = f.score(x)
	}
	slices.SortStableFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.fused, a.fused), cmp.Compare(a.class, b.class))
	})
	var sum float64
	for i := range all {
		all[i].share = math.Exp(all[i].fused - all[0].fused)
		sum += all[i].share
	}
	for i := range all {
		all[i].share /= sum
	}
}

// choice is one left-out wording: the judgements on its candidates and which
// of them is right.
type choice struct {
	x     [][rankers]float64
	right int
}

// fit maximises the probability of the right candidates, by AdaGrad over all
// choices at once; it settles in 200 rounds.
func (f *fusion) fit(data []choice) {
	const rounds, rate = 200, 0.5
	var squares fusion
	for range rounds {
		var grad fusion
		for _, c := range data {
			c.gradient(*f, &grad)
		}
		for i := range f {
			g := grad[i] / float64(max(len(data), 1))
			squares[i] += g * g
			f[i] -= rate * g / math.Sqrt(squares[i]+1e-9)
		}
	}
}

func (c choice) gradient(f fusion, grad *fusion) {
	score := make([]float32, len(c.x))
	for j, x := range c.x {
		score[j] = float32(f.score(x))
	}
	for j, p := range softmax(score) {
		if j == c.right {
			p--
		}
		for i, x := range c.x[j] {
			grad[i] += p * x
		}
	}
}
