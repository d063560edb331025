package faq

import "math"

// featureCount is the number of inputs of the confidence.
const featureCount = 17

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
		top.topWord,
		top.topGram,
		top.word,
		min(top.bm25, maxBM25),
		top.topWord - r.outside.topWord,
		top.topGram - r.outside.topGram,
		math.Log(r.outside.p + floorP),
		r.known,
		min(float64(len(r.analysis.Terms)), manyTerms) / manyTerms,
		min(float64(r.anchors), manyAnchors) / manyAnchors,
		agreement(r.best),
	}
}

// Beyond these values more tells no more.
const (
	maxBM25     = 3
	manyTerms   = 15
	manyAnchors = 3
)

// agreement is the share of the four rankers that put the first candidate
// first.
func agreement(all []scored) float64 {
	bm, word, gram, p := 1.0, 1.0, 1.0, 1.0
	for _, s := range all[1:] {
		if s.bm25 > all[0].bm25 {
			bm = 0
		}
		if s.topWord > all[0].topWord {
			word = 0
		}
		if s.topGram > all[0].topGram {
			gram = 0
		}
		if s.p > all[0].p {
			p = 0
		}
	}
	return (bm + word + gram + p) / 4
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

// fit is logistic regression by full gradient steps with a small L2 penalty;
// with some thousand samples and 17 inputs it settles in 400 rounds.
func (c *calibrator) fit(data []sample) {
	c.standardise(data)
	const rounds, step, penalty = 400, 1.0, 1e-4
	var total float64
	for _, s := range data {
		total += s.weight
	}
	for range rounds {
		var grad [featureCount]float64
		var gradBias float64
		for _, s := range data {
			e := c.probability(s.x)
			if s.right {
				e--
			}
			e *= s.weight
			for i := range grad {
				grad[i] += e * (s.x[i] - c.Mean[i]) * c.Scale[i]
			}
			gradBias += e
		}
		for i := range grad {
			c.Weight[i] -= step * (grad[i]/total + penalty*c.Weight[i])
		}
		c.Bias -= step * gradBias / total
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
