package faq

import "math"

// featureCount is the number of inputs of the confidence.
const featureCount = 19

// inputs are what the confidence looks at: never a slot, never the text.
func (r ranking) inputs() [featureCount]float64 {
	if len(r.best) == 0 {
		return [featureCount]float64{}
	}
	top := r.best[0]
	var second scored
	if len(r.best) > 1 {
		second = r.best[1]
	}
	return [featureCount]float64{
		top.share,
		top.share - second.share,
		math.Log(top.share + floorP),
		top.p,
		math.Log(top.p + floorP),
		math.Log(r.pOut + floorP),
		top.topGram,
		min(top.bm25, maxBM25),
		top.topGram - r.outside.topGram,
		math.Log(r.outside.p + floorP),
		r.known,
		min(float64(len(r.analysis.Terms)), manyTerms) / manyTerms,
		min(float64(r.anchors), manyAnchors) / manyAnchors,
		agreement(r.best),
		top.cover,
		top.cover - second.cover,
		clamp(top.words - second.words),
		clamp(top.words - r.outside.words),
		top.words,
	}
}

// Beyond these values more tells no more.
const (
	maxBM25     = 3
	manyTerms   = 15
	manyAnchors = 3
	maxFit      = 3
)

func clamp(fit float64) float64 { return max(-maxFit, min(maxFit, fit)) }

// agreement is the share of the four rankers that put the first candidate
// first.
func agreement(all []scored) float64 {
	bm, words, gram, p := 1.0, 1.0, 1.0, 1.0
	for _, s := range all[1:] {
		if s.bm25 > all[0].bm25 {
			bm = 0
		}
		if s.words > all[0].words {
			words = 0
		}
		if s.topGram > all[0].topGram {
			gram = 0
		}
		if s.p > all[0].p {
			p = 0
		}
	}
	return (bm + words + gram + p) / 4
}

// calibrator turns the inputs into the probability that the first candidate
// is the right topic. It is fitted on left-out wordings of the base, never on
// test questions.
type calibrator struct {
	Mean, Scale, Weight [featureCount]float64
	Bias                float64
}

func (c *calibrator) probability(x [featureCount]float64) float64 {
	s := c.Bias
	for i := range x {
		s += c.Weight[i] * (x[i] - c.Mean[i]) * c.Scale[i]
	}
	return 1 / (1 + math.Exp(-s))
}

// sample is one left-out wording: its inputs, whether the first candidate was
// right, and how much it counts.
type sample struct {
	x      [featureCount]float64
	right  bool
	weight float64
}

// calibratorPenalty keeps weights of inputs that say the same small.
const calibratorPenalty = 3

// fit is logistic regression with a small penalty.
func (c *calibrator) fit(data []sample) {
	c.standardise(data)
	x := make([]float64, featureCount+1) // the bias is the last
	newton(x, calibratorPenalty, func(g []float64, h [][]float64) {
		copy(c.Weight[:], x)
		c.Bias = x[featureCount]
		for _, s := range data {
			c.derive(s, g, h)
		}
	})
	copy(c.Weight[:], x)
	c.Bias = x[featureCount]
}

// derive adds the derivatives of one sample's loss.
func (c *calibrator) derive(s sample, g []float64, h [][]float64) {
	var z [featureCount + 1]float64
	for i, v := range s.x {
		z[i] = (v - c.Mean[i]) * c.Scale[i]
	}
	z[featureCount] = 1
	p := c.probability(s.x)
	e := p
	if s.right {
		e--
	}
	for i, v := range z {
		g[i] += s.weight * e * v
		for k := range i + 1 {
			h[i][k] += s.weight * p * (1 - p) * v * z[k]
		}
	}
}

func (c *calibrator) standardise(data []sample) {
	n := float64(len(data))
	var sum, square [featureCount]float64
	for _, s := range data {
		for i, v := range s.x {
			sum[i] += v
			square[i] += v * v
		}
	}
	for i := range sum {
		c.Mean[i] = sum[i] / n
		c.Scale[i] = 1 / math.Sqrt(max(square[i]/n-c.Mean[i]*c.Mean[i], 1e-6))
	}
}
