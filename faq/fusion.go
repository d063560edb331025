package faq

import (
	"cmp"
	"math"
	"slices"
)

// rankers is how many judgements are fused.
const rankers = 4

// fusion weighs the rankers: bleve's score and closeness by letter groups,
// each in relation to its best candidate, the logarithm of the classifier's
// probability, and the likelihood of the words beside the best. It is fitted
// on left-out wordings.
type fusion [rankers]float64

// Scales of the judgements: floorP keeps the logarithm of a vanishing
// probability finite, and fitScale brings differences of likelihood to the
// size of the others.
const (
	floorP   = 1e-5
	fitScale = 5
)

// judgements are what the rankers say of each candidate.
func judgements(all []scored) [][rankers]float64 {
	var bm, gram float64
	words := math.Inf(-1)
	for _, s := range all {
		bm, gram, words = max(bm, s.bm25), max(gram, s.gram), max(words, s.words)
	}
	out := make([][rankers]float64, len(all))
	for i, s := range all {
		out[i] = [rankers]float64{
			ratio(s.bm25, bm), ratio(s.gram, gram), math.Log(s.p+floorP) / -math.Log(floorP),
			(s.words - words) / fitScale,
		}
	}
	return out
}

func (f *fusion) score(x *[rankers]float64) float64 {
	var s float64
	for i, w := range f {
		s += w * x[i]
	}
	return s
}

// apply scores the candidates, gives each its share, and sorts them.
func (f *fusion) apply(all []scored) {
	for i, x := range judgements(all) {
		all[i].fused = f.score(&x)
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

// fusionPenalty keeps a weight near zero that the data leave free.
const fusionPenalty = 1

// fit maximises the probability of the right candidates.
func (f *fusion) fit(data []choice) {
	*f = fusion{}
	newton(f[:], fusionPenalty, func(g []float64, h [][]float64) {
		for _, c := range data {
			c.derive(f, g, h)
		}
	})
}

// derive adds the derivatives of one choice's loss.
func (c choice) derive(f *fusion, g []float64, h [][]float64) {
	score := make([]float32, len(c.x))
	for j := range c.x {
		score[j] = float32(f.score(&c.x[j]))
	}
	p := softmax(score)
	var mean [rankers]float64
	for j, p := range p {
		for i, v := range c.x[j] {
			mean[i] += p * v
		}
	}
	for i := range mean {
		g[i] += mean[i] - c.x[c.right][i]
	}
	for j, p := range p {
		for i, v := range c.x[j] {
			for k := range i + 1 {
				h[i][k] += p * (v - mean[i]) * (c.x[j][k] - mean[k])
			}
		}
	}
}
