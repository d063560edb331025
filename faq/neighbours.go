package faq

import (
	"slices"
	"sync"
)

// neighbours finds the known wordings closest to a question by letter groups.
// Wordings are stored by dimension, so that a question costs what its letter
// groups are shared by, and not the size of the base. In a large base even
// that is too much: there the wordings of topics are stored one by one and
// compared only when their topic is a candidate.
type neighbours struct {
	grams  *space
	byGram *rows[posting] // of each dimension: the wordings from "from" on, counted from there
	ofGram *rows[feature] // of each wording before "from": its vector
	from   int32          // first wording that is compared always
	texts  []string
	first  []int32 // of each class: its wordings are first[c] to first[c+1]
	pool   sync.Pool
}

// posting is a wording in the upper and a weight from 0 to 1 in the lower bits:
// half of what a feature takes, and with it half of the memory that a question
// runs through.
type posting uint32

const (
	weightBits = 12
	weightOne  = 1<<weightBits - 1
	maxAlways  = 1 << (32 - weightBits) // wordings that postings can tell apart
)

func pack(f feature) posting {
	return posting(f.id)<<weightBits | posting(f.weight*weightOne+0.5)
}

// near is how close a class comes: its closest wordings by letter groups, and
// which wording is the closest.
type near struct {
	gram    float64 // mean of the best three, weighted 1, 1/2, 1/4
	topGram float64
	closest int32
}

// closeness is how close the wordings come to one question, and in a large
// base the question by dimension, for the wordings that are compared later.
type closeness struct {
	gram    []float32 // by wording, from "from" on
	asGrams []float32 // by dimension; empty in a small base
	g       vector
}

// largeBase is the number of wordings beyond which those of topics are
// compared on demand. Words and pairs of words that stand in one wording alone
// are left out then: they would fill most of the memory.
const largeBase = 50_000

// newNeighbours stores the wordings; their classes rise. Those of the classes
// from outside on are always compared, and in a base that is not large all.
func newNeighbours(texts []wording, classes, outside int, large bool) *neighbours {
	n := &neighbours{texts: make([]string, len(texts)), first: make([]int32, classes+1)}
	for i := range texts {
		n.texts[i] = texts[i].text
		n.first[texts[i].class+1]++
	}
	for c := range classes {
		n.first[c+1] += n.first[c]
	}
	if large {
		n.from = n.first[outside]
	}
	n.from = max(n.from, int32(len(texts)-maxAlways))
	keys := numberGrams(texts)
	s, dims := keys.space(2)
	v := keys.vectors(s, dims)
	n.grams, n.ofGram = s, firstRows(v, n.from)
	n.byGram = packed(byDimension(v, n.from, len(s.idf)))
	return n
}

func packed(r *rows[feature]) *rows[posting] {
	p := &rows[posting]{all: make([]posting, len(r.all)), at: r.at}
	for i, f := range r.all {
		p.all[i] = pack(f)
	}
	return p
}

// span is the wordings from one up to, not including, another.
type span struct{ from, to int32 }

// longRow is from how many postings on the spans of a row are searched for
// instead of adding the whole row up.
const longRow = 256

// spans are the wordings of some classes that are stored by dimension, with
// those of all out-of-scope categories, in rising order and counted from
// "from". Classes are given in any order.
func (n *neighbours) spans(classes []int, outside int) []span {
	slices.Sort(classes)
	all := make([]span, 0, len(classes)+1)
	put := func(from, to int32) {
		from, to = max(from, n.from)-n.from, max(to, n.from)-n.from
		switch last := len(all) - 1; {
		case from == to:
		case last >= 0 && all[last].to == from:
			all[last].to = to
		default:
			all = append(all, span{from, to})
		}
	}
	for _, c := range classes {
		put(n.first[c], n.first[c+1])
	}
	put(n.first[outside], n.first[len(n.first)-1])
	return all
}

// compare compares a question with the wordings in spans that share a letter
// group with it, and maybe with others. Give the result back to the pool with
// done.
func (n *neighbours) compare(g vector, spans []span) *closeness {
	c, ok := n.pool.Get().(*closeness)
	if !ok {
		c = &closeness{gram: make([]float32, len(n.texts)-int(n.from))}
		if n.from > 0 {
			c.asGrams = make([]float32, len(n.grams.idf))
		}
	}
	c.g = g
	for _, f := range g {
		w := f.weight / weightOne
		row := n.byGram.row(f.id)
		if len(row) < longRow {
			addUp(c.gram, w, row)
			continue
		}
		for _, s := range spans {
			row = row[firstOf(row, posting(s.from)<<weightBits):]
			end := 0
			for last := posting(s.to) << weightBits; end < len(row) && row[end] < last; end++ {
				c.gram[row[end]>>weightBits] += w * float32(row[end]&weightOne)
			}
			row = row[end:]
		}
	}
	if n.from > 0 {
		for _, f := range g {
			c.asGrams[f.id] = f.weight
		}
	}
	return c
}

// firstOf finds the first posting that is not below a limit. It doubles its
// steps, since the next span is mostly near.
func firstOf(row []posting, limit posting) int {
	to := 1
	for to < len(row) && row[to] < limit {
		to *= 2
	}
	from := to / 2
	for to = min(to, len(row)); from < to; {
		mid := (from + to) / 2
		if row[mid] < limit {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

func addUp(sum []float32, w float32, row []posting) {
	for _, p := range row {
		sum[p>>weightBits] += w * float32(p&weightOne)
	}
}

func (n *neighbours) done(c *closeness) {
	clear(c.gram)
	if n.from > 0 {
		for _, f := range c.g {
			c.asGrams[f.id] = 0
		}
	}
	c.g = nil
	n.pool.Put(c)
}

// one is how close one wording comes.
func (n *neighbours) one(c *closeness, text int32) (g float32) {
	if text >= n.from {
		return c.gram[text-n.from]
	}
	for _, f := range n.ofGram.row(text) {
		g += f.weight * c.asGrams[f.id]
	}
	return g
}

// class sums up how close the wordings of one class come.
func (n *neighbours) class(c *closeness, class int) near {
	var grams best3
	r := near{closest: -1}
	for i := n.first[class]; i < n.first[class+1]; i++ {
		g := n.one(c, i)
		if r.closest < 0 || float64(g) > grams[0] {
			r.closest = i
		}
		grams.put(float64(g))
	}
	r.gram, r.topGram = grams.mean(), grams[0]
	return r
}

// best3 keeps the three largest values, the largest first.
type best3 [3]float64

func (b *best3) put(x float64) {
	switch {
	case x > b[0]:
		b[0], b[1], b[2] = x, b[0], b[1]
	case x > b[1]:
		b[1], b[2] = x, b[1]
	case x > b[2]:
		b[2] = x
	}
}

// mean weighs the three by 1, 1/2 and 1/4 (reference bench, section 4.1).
func (b best3) mean() float64 { return (b[0] + b[1]/2 + b[2]/4) / 1.75 }
