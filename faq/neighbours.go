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
	starts starts
	pool   sync.Pool
}

// starts is where the wordings of each class begin in the long rows of byGram,
// so that those of some classes are found without a search.
type starts struct {
	row []int32 // of each dimension: the number of its long row, or -1
	at  []int32 // long row by class, with its end: places in byGram.all
}

// posting is a wording in the upper and a weight from 0 to 1 in the lower bits:
// half of what a feature takes, and with it half of the memory that a question
// runs through.
type posting uint32

const (
	weightBits = 16
	weightOne  = 1<<12 - 1
	maxAlways  = 1 << (32 - weightBits) // wordings that postings can tell apart
)

func pack(f feature) posting {
	return posting(f.id)<<weightBits | posting(f.weight*weightOne+0.5)
}

// sum is how close a wording comes, in whole numbers: adding them up is faster
// than with fractions and loses nothing.
type sum uint32

// weightOf is one for the weights of a question in a sum.
const weightOf = 1 << 19

func (s sum) cosine() float64 { return float64(s) / (weightOf * weightOne) }

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
	gram    [maxAlways]sum // by wording, from "from" on
	asGrams []float32      // by dimension; empty in a small base
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
	n.starts = newStarts(n.byGram, n.first, n.from)
	return n
}

func packed(r *rows[feature]) *rows[posting] {
	p := &rows[posting]{all: make([]posting, len(r.all)), at: r.at}
	for i, f := range r.all {
		p.all[i] = pack(f)
	}
	return p
}

// newStarts lists the long rows: those that are worth it, with a posting for
// every class on average, so that they take no more memory than the postings.
func newStarts(byGram *rows[posting], first []int32, from int32) starts {
	s := starts{row: make([]int32, byGram.len())}
	classes := int32(len(first) - 1)
	for d := range int32(byGram.len()) {
		s.row[d] = -1
		if byGram.at[d+1]-byGram.at[d] < max(classes, longRow) {
			continue
		}
		s.row[d] = int32(len(s.at)) / int32(len(first))
		i, end := byGram.at[d], byGram.at[d+1]
		for _, text := range first {
			for ; i < end && int32(byGram.all[i]>>weightBits) < text-from; i++ {
			}
			s.at = append(s.at, i)
		}
	}
	return s
}

// longRow is the least length of a long row; a shorter one is added up whole.
const longRow = 64

// span is the classes from one up to, not including, another.
type span struct{ from, to int32 }

// spans are some classes, given in any order, with the out-of-scope
// categories, which begin at outside: without gaps and in rising order.
func (n *neighbours) spans(classes []int, outside int) []span {
	slices.Sort(classes)
	all := make([]span, 0, len(classes)+1)
	put := func(from, to int) {
		if last := len(all) - 1; last >= 0 && int(all[last].to) == from {
			all[last].to = int32(to)
			return
		}
		all = append(all, span{int32(from), int32(to)})
	}
	for _, c := range classes {
		put(c, c+1)
	}
	put(outside, len(n.first)-1)
	return all
}

// compare compares a question with the wordings of classes that share a letter
// group with it, and maybe with others. Give the result back to the pool with
// done.
func (n *neighbours) compare(g vector, spans []span) *closeness {
	c, ok := n.pool.Get().(*closeness)
	if !ok {
		c = &closeness{}
		if n.from > 0 {
			c.asGrams = make([]float32, len(n.grams.idf))
		}
	}
	c.g = g
	for _, f := range g {
		w, long := sum(float64(f.weight)*weightOf+0.5), n.starts.row[f.id]
		if long < 0 {
			addUp(&c.gram, w, n.byGram.row(f.id))
			continue
		}
		at := n.starts.at[int(long)*len(n.first) : (int(long)+1)*len(n.first)]
		for _, s := range spans {
			addUp(&c.gram, w, n.byGram.all[at[s.from]:at[s.to]])
		}
	}
	if n.from > 0 {
		for _, f := range g {
			c.asGrams[f.id] = f.weight
		}
	}
	return c
}

// addUp adds a row up. It is most of a question's time: four at a time take a
// fifth less, and within another loop the compiler has no registers left.
//
//go:noinline
func addUp(to *[maxAlways]sum, w sum, row []posting) {
	for len(row) >= 4 {
		a, b, c, d := row[0], row[1], row[2], row[3]
		row = row[4:]
		to[a>>weightBits] += w * sum(a&weightOne)
		to[b>>weightBits] += w * sum(b&weightOne)
		to[c>>weightBits] += w * sum(c&weightOne)
		to[d>>weightBits] += w * sum(d&weightOne)
	}
	for _, p := range row {
		to[p>>weightBits] += w * sum(p&weightOne)
	}
}

func (n *neighbours) done(c *closeness) {
	clear(c.gram[:len(n.texts)-int(n.from)])
	if n.from > 0 {
		for _, f := range c.g {
			c.asGrams[f.id] = 0
		}
	}
	c.g = nil
	n.pool.Put(c)
}

// one is how close one wording comes.
func (n *neighbours) one(c *closeness, text int32) sum {
	if text >= n.from {
		return c.gram[text-n.from]
	}
	var g float32
	for _, f := range n.ofGram.row(text) {
		g += f.weight * c.asGrams[f.id]
	}
	return sum(float64(g) * weightOf * weightOne)
}

// class sums up how close the wordings of one class come.
func (n *neighbours) class(c *closeness, class int) near {
	first, end := n.first[class], n.first[class+1]
	if first == end {
		return near{closest: -1}
	}
	r, best := near{closest: first}, best3{}
	if first < n.from {
		for i := first; i < end; i++ {
			r.closest = best.put(n.one(c, i), i, r.closest)
		}
	} else {
		third := sum(0)
		for i, g := range c.gram[first-n.from : end-n.from] {
			if g > third {
				r.closest = best.put(g, first+int32(i), r.closest)
				third = best[2]
			}
		}
	}
	r.gram, r.topGram = best.mean(), best[0].cosine()
	return r
}

// best3 keeps the three largest sums, the largest first.
type best3 [3]sum

// put returns the closest wording: i if its sum is the largest.
func (b *best3) put(x sum, i, closest int32) int32 {
	switch {
	case x <= b[2]:
	case x > b[0]:
		b[0], b[1], b[2] = x, b[0], b[1]
		return i
	case x > b[1]:
		b[1], b[2] = x, b[1]
	default:
		b[2] = x
	}
	return closest
}

// mean weighs the three by 1, 1/2 and 1/4 (reference bench, section 4.1).
func (b best3) mean() float64 { return (b[0].cosine() + b[1].cosine()/2 + b[2].cosine()/4) / 1.75 }
