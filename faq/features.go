package faq

import (
	"math"
	"slices"

	"tanyanetral/bahasa"
)

// feature is one weighted dimension of a text.
type feature struct {
	id     int32
	weight float32
}

// vector is a text as unit vector: features by rising id.
type vector []feature

// space maps the words, word pairs and letter groups of texts to dimensions
// and weighs them by how rare they are.
type space struct {
	ids map[string]int32
	idf []float32
}

// Letter groups of three and four letters; longer ones gained nothing on the
// development set and cost memory.
const (
	minGram = 3
	maxGram = 4
)

// plainMark stands before a plain word, so that it is no term.
const plainMark = "="

// wordKeys lists the terms of a text, the pairs of neighbouring terms, and the
// plain words: what the lexicon makes one word of may still be two things.
func wordKeys(a bahasa.Analysis) []string {
	keys := make([]string, 0, 2*len(a.Terms)+len(a.Plain))
	keys = append(keys, a.Terms...)
	for i := 1; i < len(a.Terms); i++ {
		keys = append(keys, a.Terms[i-1]+" "+a.Terms[i])
	}
	for _, w := range a.Plain {
		keys = append(keys, plainMark+w)
	}
	return keys
}

// gramKeys lists the letter groups of the words before synonyms and stemmer,
// so that a slip of the lexicon does not blind both views of a text.
func gramKeys(a bahasa.Analysis) []string {
	keys := make([]string, 0, typicalGrams*len(a.Standard))
	for _, w := range a.Standard {
		keys = appendGrams(keys, w)
	}
	return keys
}

// typicalGrams is about how many letter groups a word has.
const typicalGrams = 10

func appendGrams(keys []string, w string) []string {
	w = "<" + w + ">"
	for n := minGram; n <= maxGram; n++ {
		for i := 0; i+n <= len(w); i++ {
			keys = append(keys, w[i:i+n])
		}
	}
	return keys
}

// dims lists the dimensions of keys, one for each time that a key stands
// there. Keys outside the space are left out.
func (s *space) dims(keys []string) []int32 {
	ids := make([]int32, 0, len(keys))
	for _, k := range keys {
		if id, ok := s.ids[k]; ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// vector weighs the keys of a text.
func (s *space) vector(keys []string) vector { return s.appendVector(nil, s.dims(keys)) }

// appendVector weighs the dimensions of a text, one for each time it stands
// there, by (1 + log tf) * idf, scales the result to length one and appends it
// to v. It sorts ids.
func (s *space) appendVector(v vector, ids []int32) vector {
	slices.Sort(ids)
	begin := len(v)
	v = slices.Grow(v, len(ids))
	var sum float64
	for i := 0; i < len(ids); {
		j := i + 1
		for j < len(ids) && ids[j] == ids[i] {
			j++
		}
		w := s.weight(ids[i], j-i)
		v = append(v, feature{ids[i], float32(w)})
		sum += w * w
		i = j
	}
	v[begin:].unit(sum)
	return v
}

// weight is what a dimension weighs that stands in a text so many times.
func (s *space) weight(id int32, times int) float64 {
	w := float64(s.idf[id])
	if times > 1 {
		w *= 1 + math.Log(float64(times))
	}
	return w
}

// unit brings a vector to length one, given the square of its length.
func (v vector) unit(square float64) { v.scale(float32(1 / math.Sqrt(max(square, 1e-12)))) }

func (v vector) scale(by float32) {
	for i := range v {
		v[i].weight *= by
	}
}
