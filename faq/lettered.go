package faq

import (
	"math/bits"
	"slices"
	"strings"
	"sync"

	"tanyanetral/bahasa"
)

// lettered knows the letter groups of every word of the base in both spaces,
// that of the closest wordings and that of the classifier, so that a question
// looks up its words and not each of their letter groups twice.
type lettered struct {
	row         map[string]int32
	near, votes *rows[int32] // dimensions of each word
	nearSpace   *space
	votesSpace  *space
	pool        sync.Pool
}

func newLettered(texts []wording, near, votes *space) *lettered {
	l := &lettered{row: map[string]int32{}, near: newRows[int32](0), votes: newRows[int32](0),
		nearSpace: near, votesSpace: votes}
	for i := range texts {
		for _, w := range texts[i].analysis.Standard {
			if _, ok := l.row[w]; ok {
				continue
			}
			l.row[strings.Clone(w)] = int32(l.near.len()) // not a part of a longer text that would stay
			l.near.all, l.votes.all = l.appendWord(l.near.all, l.votes.all, w)
			l.near.end()
			l.votes.end()
		}
	}
	return l
}

// appendWord looks the letter groups of a word up.
func (l *lettered) appendWord(near, votes []int32, w string) (n, v []int32) {
	var space [64]byte
	word := append(append(append(space[:0], '<'), w...), '>')
	for n := minGram; n <= maxGram; n++ {
		for i := 0; i+n <= len(word); i++ {
			if id, ok := l.nearSpace.ids[string(word[i:i+n])]; ok {
				near = append(near, id)
			}
			if id, ok := l.votesSpace.ids[string(word[i:i+n])]; ok {
				votes = append(votes, id)
			}
		}
	}
	return near, votes
}

// vectors weighs the letter groups of a text in both spaces.
func (l *lettered) vectors(a bahasa.Analysis) (near, votes vector) {
	s, ok := l.pool.Get().(*counts)
	if !ok {
		s = &counts{near: newCount(len(l.nearSpace.idf)), votes: newCount(len(l.votesSpace.idf))}
	}
	for _, w := range a.Standard {
		if r, ok := l.row[w]; ok {
			s.near.add(l.near.row(r))
			s.votes.add(l.votes.row(r))
			continue
		}
		s.ids[0], s.ids[1] = l.appendWord(s.ids[0][:0], s.ids[1][:0], w)
		s.near.add(s.ids[0])
		s.votes.add(s.ids[1])
	}
	near, votes = s.near.vector(l.nearSpace), s.votes.vector(l.votesSpace)
	l.pool.Put(s)
	return near, votes
}

// counts is where the letter groups of one question are counted.
type counts struct {
	near, votes count
	ids         [2][]int32
}

// count counts dimensions; a set of bits puts them in order.
type count struct {
	set   []uint64
	times []int32
	n     int // distinct dimensions
}

func newCount(dims int) count {
	return count{set: make([]uint64, dims/64+1), times: make([]int32, dims)}
}

func (c *count) add(ids []int32) {
	for _, id := range ids {
		if c.times[id] == 0 {
			c.set[id/64] |= 1 << (id % 64)
			c.n++
		}
		c.times[id]++
	}
}

// vector weighs what was counted, as appendVector does, and forgets it.
func (c *count) vector(s *space) vector {
	v := make(vector, 0, c.n)
	var sum float64
	for i, bit := range c.set {
		for ; bit != 0; bit &= bit - 1 {
			id := int32(i*64 + bits.TrailingZeros64(bit))
			w := s.weight(id, int(c.times[id]))
			v = append(v, feature{id, float32(w)})
			sum += w * w
			c.times[id] = 0
		}
		c.set[i] = 0
	}
	c.n = 0
	v.unit(sum)
	return v
}

// wordDims lists the dimensions of the words of a text, as wordKeys lists
// them, in the space of the classifier and, distinct, in that of the likelihood.
func wordDims(a bahasa.Analysis, votes, fits *space) (v, f []int32) {
	ids := make([]int32, 0, 2*(2*len(a.Terms)+len(a.Plain)))
	v, f = ids[:0:cap(ids)/2], ids[cap(ids)/2:cap(ids)/2]
	var space [64]byte
	key := space[:0]
	put := func() {
		if id, ok := votes.ids[string(key)]; ok {
			v = append(v, id)
		}
		if id, ok := fits.ids[string(key)]; ok {
			f = append(f, id)
		}
	}
	for i, t := range a.Terms {
		key = append(key[:0], t...)
		put()
		if i+1 < len(a.Terms) {
			key = append(append(key, ' '), a.Terms[i+1]...)
			put()
		}
	}
	for _, w := range a.Plain {
		key = append(append(key[:0], plainMark...), w...)
		put()
	}
	slices.Sort(f)
	return v, slices.Compact(f)
}
