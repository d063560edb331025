package faq

import (
	"math"
	"slices"
	"strings"

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

// wordKeys lists the terms of a text and the pairs of neighbouring terms.
func wordKeys(a bahasa.Analysis) []string {
	keys := slices.Clone(a.Terms)
	for i := 1; i < len(a.Terms); i++ {
		keys = append(keys, a.Terms[i-1]+" "+a.Terms[i])
	}
	return keys
}

// gramKeys lists the letter groups of the words before synonyms and stemmer,
// so that a slip of the lexicon does not blind both views of a text.
func gramKeys(a bahasa.Analysis) []string {
	var keys []string
	for _, w := range a.Standard {
		w = "<" + w + ">"
		for n := minGram; n <= maxGram; n++ {
			for i := 0; i+n <= len(w); i++ {
				keys = append(keys, w[i:i+n])
			}
		}
	}
	return keys
}

// newSpace counts in how many texts each key stands and keeps those that
// stand in at least least of them.
func newSpace(texts [][]string, least int) *space {
	count := map[string]int{}
	last := map[string]int{} // text in which a key was counted last, from 1
	for i, keys := range texts {
		for _, k := range keys {
			if last[k] != i+1 {
				last[k] = i + 1
				count[k]++
			}
		}
	}
	var kept []string
	for k, n := range count {
		if n >= least {
			kept = append(kept, k)
		}
	}
	slices.Sort(kept) // the same data give the same ids
	s := &space{ids: make(map[string]int32, len(kept)), idf: make([]float32, len(kept))}
	for i, k := range kept {
		s.ids[strings.Clone(k)] = int32(i)
		s.idf[i] = float32(math.Log(1 + float64(len(texts))/float64(count[k])))
	}
	return s
}

// vector weighs the keys of a text by (1 + log tf) * idf and scales the result
// to length one. Keys outside the space are left out.
func (s *space) vector(keys []string) vector {
	v := make(vector, 0, len(keys))
	for _, k := range keys {
		if id, ok := s.ids[k]; ok {
			v = append(v, feature{id, 1})
		}
	}
	slices.SortFunc(v, func(a, b feature) int { return int(a.id - b.id) })
	v = merge(v)
	var sum float64
	for i := range v {
		w := (1 + math.Log(float64(v[i].weight))) * float64(s.idf[v[i].id])
		v[i].weight = float32(w)
		sum += w * w
	}
	v.scale(float32(1 / math.Sqrt(max(sum, 1e-12))))
	return v
}

// merge adds up features of the same dimension; v is sorted.
func merge(v vector) vector {
	out := v[:0]
	for _, f := range v {
		if n := len(out); n > 0 && out[n-1].id == f.id {
			out[n-1].weight += f.weight
			continue
		}
		out = append(out, f)
	}
	return out
}

func (v vector) scale(by float32) {
	for i := range v {
		v[i].weight *= by
	}
}
