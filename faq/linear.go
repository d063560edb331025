package faq

import (
	"math"
	"slices"
)

// linear is a softmax classifier over words, word pairs and letter groups.
// Its classes are topics and out-of-scope categories by id; it brings its own
// dimensions, so that it stays valid when the base around it changes: a topic
// that it has never seen simply gets no vote from it.
type linear struct {
	classes []string // topic ids, and category ids behind outsidePrefix
	words   *space
	grams   *space
	rows    []int8    // feature-major: (words then grams) x classes
	scale   []float32 // of each feature's row
	bias    []float32
}

// outsidePrefix marks the class of an out-of-scope category.
const outsidePrefix = "out:"

// Shape of an input vector.
const (
	gramShare = 0.7 // weight of the letter groups beside the words
	sharpness = 1.5 // length of an input vector: how sharp the softmax can get
)

// input puts the word and letter features of a text into one vector.
func (l *linear) input(w, g vector) vector {
	x := make(vector, 0, len(w)+len(g))
	for _, f := range w {
		x = append(x, feature{f.id, f.weight * sharpness})
	}
	shift := int32(len(l.words.idf))
	for _, f := range g {
		x = append(x, feature{f.id + shift, f.weight * sharpness * gramShare})
	}
	return x
}

// probabilities is the softmax over the classes.
func (l *linear) probabilities(x vector) []float64 {
	score := slices.Clone(l.bias)
	for ; len(x) >= 4; x = x[4:] { // four rows at once: scores are read and written less often
		a, k := l.row(x[0])
		b, m := l.row(x[1])
		c, n := l.row(x[2])
		d, o := l.row(x[3])
		a, b, c, d = a[:len(score)], b[:len(score)], c[:len(score)], d[:len(score)]
		for i, s := range score {
			s += k * float32(a[i])
			s += m * float32(b[i])
			s += n * float32(c[i])
			score[i] = s + o*float32(d[i])
		}
	}
	for _, f := range x {
		row, k := l.row(f)
		for c, w := range row {
			score[c] += k * float32(w)
		}
	}
	return softmax(score)
}

// row gives the weights of a feature by class and what one step of them adds.
func (l *linear) row(f feature) ([]int8, float32) {
	n := len(l.classes)
	return l.rows[int(f.id)*n : (int(f.id)+1)*n], f.weight * l.scale[f.id]
}

func softmax(score []float32) []float64 {
	p := make([]float64, len(score))
	if len(score) == 0 {
		return p
	}
	top := slices.Max(score)
	var sum float64
	for c, s := range score {
		p[c] = math.Exp(float64(s - top))
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}
