package faq

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// example is one wording to learn from.
type example struct {
	x     vector
	class int
}

// Training constants, set by the accuracy on left-out voices of the base.
const (
	epochs    = 10
	rate      = 0.4
	skipBelow = 1e-3 // classes less likely than this are left alone in a step
	seed      = 20261121
	minWord   = 2 // wordings in which a word or pair must stand to be learnt
	minLetter = 3 // the same for a letter group
)

// trainer holds the weights while they are being fitted.
type trainer struct {
	classes int
	weights []float32
	squares []float32 // AdaGrad: sums of squared gradients
	bias    []float32
	biasSq  []float32
}

// trainLinear fits the classifier to the wordings of a corpus. The same data
// give the same weights.
func trainLinear(ctx context.Context, c *corpus) (*linear, error) {
	l := &linear{classes: c.classIDs()}
	words, grams := numberWords(c.texts), numberGrams(c.texts)
	var wordDims, gramDims []int32
	l.words, wordDims = words.space(minWord)
	l.grams, gramDims = grams.space(minLetter)
	w, g := words.vectors(l.words, wordDims), grams.vectors(l.grams, gramDims)
	data := make([]example, len(c.texts))
	for i, text := range c.texts {
		data[i] = example{l.input(w.row(int32(i)), g.row(int32(i))), text.class}
	}
	size := len(l.words.idf) + len(l.grams.idf)
	n := len(l.classes)
	t := &trainer{n, make([]float32, size*n), make([]float32, size*n), make([]float32, n), make([]float32, n)}
	rnd := rand.New(rand.NewPCG(seed, seed))
	for range epochs {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("train the classifier: %w", err)
		}
		rnd.Shuffle(len(data), func(i, j int) { data[i], data[j] = data[j], data[i] })
		for _, ex := range data {
			t.learn(ex)
		}
	}
	l.rows, l.scale, l.bias = quantise(t.weights, n), rowScales(t.weights, n), t.bias
	return l, nil
}

// learn takes one AdaGrad step on one wording.
func (t *trainer) learn(ex example) {
	score := slices.Clone(t.bias)
	for _, f := range ex.x {
		for c, w := range t.weights[int(f.id)*t.classes : (int(f.id)+1)*t.classes] {
			score[c] += f.weight * w
		}
	}
	for c, p := range softmax(score) {
		if p <= skipBelow && c != ex.class {
			continue
		}
		g := float32(p)
		if c == ex.class {
			g--
		}
		t.biasSq[c] += g * g
		t.bias[c] -= rate * g / root(t.biasSq[c])
		for _, f := range ex.x {
			k := int(f.id)*t.classes + c
			gw := g * f.weight
			t.squares[k] += gw * gw
			t.weights[k] -= rate * gw / root(t.squares[k])
		}
	}
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x) + 1e-8)) }

// maxInt8 is the largest quantised weight.
const maxInt8 = 127

// rowScales gives for each feature what one step of its int8 row stands for.
func rowScales(weights []float32, n int) []float32 {
	scale := make([]float32, len(weights)/n)
	for i := range scale {
		var top float32
		for _, w := range weights[i*n : (i+1)*n] {
			top = max(top, float32(math.Abs(float64(w))))
		}
		scale[i] = top / maxInt8
	}
	return scale
}

// quantise rounds every weight to a step of its row's scale.
func quantise(weights []float32, n int) []int8 {
	scale := rowScales(weights, n)
	rows := make([]int8, len(weights))
	for i, w := range weights {
		if s := scale[i/n]; s > 0 {
			rows[i] = int8(math.Round(float64(w / s)))
		}
	}
	return rows
}

// Fit trains classifier, fusion and confidence on the base and returns the
// weights for Open. Fusion and confidence are learnt from wordings that the
// rest of the model has not seen: each fold leaves out whole voices, and
// out-of-scope lines count as questions to which every topic is wrong. No test
// question takes part.
func Fit(ctx context.Context, b *knowledge.Base, lang *bahasa.Language) (*Weights, error) {
	c := newCorpus(b, lang)
	judged, err := c.leaveOutAll(ctx)
	if err != nil {
		return nil, err
	}
	w := &Weights{Print: fingerprint(b, lang)}
	w.fusion.fit(choices(judged))
	w.calibrator.fit(samples(judged, w.fusion, len(b.Topics)))
	w.linear, err = trainLinear(ctx, c)
	return w, err
}

// leftOut is a wording judged by a model that has not seen it.
type leftOut struct {
	ranking
	class int
}

// leaveOutAll judges every wording by a model that has not seen its fold, one
// fold after the other: a refit in the background takes one core and the
// memory of one classifier in training.
func (c *corpus) leaveOutAll(ctx context.Context) ([]leftOut, error) {
	var judged []leftOut
	for fold := range folds {
		some, err := c.leaveOut(ctx, fold)
		if err != nil {
			return nil, err
		}
		judged = append(judged, some...)
	}
	return judged, nil
}

// leaveOut builds the model without one fold and judges that fold's wordings.
func (c *corpus) leaveOut(ctx context.Context, fold int) (judged []leftOut, err error) {
	rest := c.without(fold)
	lin, err := trainLinear(ctx, rest)
	if err != nil {
		return nil, err
	}
	m, err := newModel(rest, lin, fusion{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	for _, w := range c.texts {
		if w.fold != fold {
			continue
		}
		r, err := m.rank(ctx, w.analysis)
		if err != nil {
			return nil, err
		}
		judged = append(judged, leftOut{r, w.class})
	}
	return judged, nil
}

// choices are the left-out wordings whose topic is among their candidates.
func choices(judged []leftOut) []choice {
	var data []choice
	for _, j := range judged {
		for i, s := range j.best {
			if s.class == j.class {
				data = append(data, choice{judgements(j.best), i})
			}
		}
	}
	return data
}

// outsideWeight is how much an out-of-scope line counts beside a wording
// (reference bench, section 4.4).
const outsideWeight = 2

// samples are the left-out wordings as the confidence learns from them.
func samples(judged []leftOut, f fusion, topics int) []sample {
	data := make([]sample, len(judged))
	for i, j := range judged {
		f.apply(j.best)
		data[i] = sample{x: j.inputs(), weight: 1, right: len(j.best) > 0 && j.best[0].class == j.class}
		if j.class >= topics {
			data[i].weight = outsideWeight
		}
	}
	return data
}
