package faq

import (
	"math"
	"slices"
	"strings"
)

// rows is many short lists in one piece of memory.
type rows[T any] struct {
	all []T
	at  []int32 // row i is all[at[i]:at[i+1]]
}

func newRows[T any](n int) *rows[T] { return &rows[T]{at: make([]int32, 1, n+1)} }

func (r *rows[T]) row(i int32) []T { return r.all[r.at[i]:r.at[i+1]] }

// end ends the row that was being appended to.
func (r *rows[T]) end() { r.at = append(r.at, int32(len(r.all))) }

func (r *rows[T]) len() int { return len(r.at) - 1 }

// numbered is the keys of many texts as numbers, so that each key is looked
// up once and not again for counting and for weighing.
type numbered struct {
	number map[string]int32
	keys   []string // by number
	texts  *rows[int32]
}

func newNumbered(texts int) *numbered {
	return &numbered{number: map[string]int32{}, texts: newRows[int32](texts)}
}

func (n *numbered) of(key string) int32 {
	id, ok := n.number[key]
	if !ok {
		id = n.add(key)
	}
	return id
}

func (n *numbered) add(key string) int32 {
	id := int32(len(n.keys))
	n.number[key] = id
	n.keys = append(n.keys, key)
	return id
}

// numberWords numbers what wordKeys lists.
func numberWords(texts []wording) *numbered {
	n := newNumbered(len(texts))
	var key []byte
	put := func() {
		id, ok := n.number[string(key)]
		if !ok {
			id = n.add(string(key))
		}
		n.texts.all = append(n.texts.all, id)
	}
	for i := range texts {
		terms := texts[i].analysis.Terms
		for _, t := range terms {
			n.texts.all = append(n.texts.all, n.of(t))
		}
		for j := 1; j < len(terms); j++ {
			key = append(append(append(key[:0], terms[j-1]...), ' '), terms[j]...)
			put()
		}
		for _, w := range texts[i].analysis.Plain {
			key = append(append(key[:0], plainMark...), w...)
			put()
		}
		n.texts.end()
	}
	return n
}

// numberGrams numbers what gramKeys lists, each distinct word once.
func numberGrams(texts []wording) *numbered {
	n := newNumbered(len(texts))
	known := map[string][]int32{}
	var keys []string
	for i := range texts {
		for _, w := range texts[i].analysis.Standard {
			ids, ok := known[w]
			if !ok {
				keys = appendGrams(keys[:0], w)
				ids = make([]int32, len(keys))
				for j, k := range keys {
					ids[j] = n.of(k)
				}
				known[w] = ids
			}
			n.texts.all = append(n.texts.all, ids...)
		}
		n.texts.end()
	}
	return n
}

// space keeps the keys that stand in at least least of the texts. It also
// gives the dimension of every number, -1 for a key that is not kept.
func (n *numbered) space(least int32) (*space, []int32) {
	count, last := make([]int32, len(n.keys)), make([]int32, len(n.keys))
	for i := range int32(n.texts.len()) {
		for _, id := range n.texts.row(i) {
			if last[id] != i+1 {
				last[id] = i + 1
				count[id]++
			}
		}
	}
	kept := make([]int32, 0, len(n.keys))
	for id, c := range count {
		if c >= least {
			kept = append(kept, int32(id))
		}
	}
	// The same data give the same dimensions.
	slices.SortFunc(kept, func(a, b int32) int { return strings.Compare(n.keys[a], n.keys[b]) })
	s := &space{ids: make(map[string]int32, len(kept)), idf: make([]float32, len(kept))}
	dims := last
	for i := range dims {
		dims[i] = -1
	}
	for i, id := range kept {
		s.ids[strings.Clone(n.keys[id])] = int32(i) // not a part of a longer text that would stay
		s.idf[i] = float32(math.Log(1 + float64(n.texts.len())/float64(count[id])))
		dims[id] = int32(i)
	}
	return s, dims
}

// vectors are the texts in the space, by the dimensions that space gave.
func (n *numbered) vectors(s *space, dims []int32) *rows[feature] {
	v := newRows[feature](n.texts.len())
	v.all = make([]feature, 0, len(n.texts.all))
	var ids []int32
	for i := range int32(n.texts.len()) {
		ids = ids[:0]
		for _, id := range n.texts.row(i) {
			if dims[id] >= 0 {
				ids = append(ids, dims[id])
			}
		}
		v.all = s.appendVector(v.all, ids)
		v.end()
	}
	return v
}

// byDimension turns the vectors of the texts from one on round: of each
// dimension the texts that have it, with their weights.
func byDimension(v *rows[feature], from int32, dims int) *rows[feature] {
	r := &rows[feature]{at: make([]int32, dims+1)}
	tail := v.all[v.at[from]:]
	for _, f := range tail {
		r.at[f.id+1]++
	}
	for d := range dims {
		r.at[d+1] += r.at[d]
	}
	r.all = make([]feature, len(tail))
	next := slices.Clone(r.at)
	for text := from; text < int32(v.len()); text++ {
		for _, f := range v.row(text) {
			r.all[next[f.id]] = feature{text - from, f.weight}
			next[f.id]++
		}
	}
	return r
}

// firstRows keeps the first n rows alone.
func firstRows(v *rows[feature], n int32) *rows[feature] {
	return &rows[feature]{all: slices.Clone(v.all[:v.at[n]]), at: slices.Clone(v.at[:n+1])}
}
