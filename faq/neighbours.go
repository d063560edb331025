package faq

import "sync"

// neighbours finds the known wordings closest to a question, by words and by
// letter groups. Wordings are stored by dimension, so that a question costs
// what its words are shared by, and not the size of the base. In a large base
// even that is too much: there the wordings of topics are stored one by one
// and compared only when their topic is a candidate.
type neighbours struct {
	words, grams   *space
	byWord, byGram *rows[feature] // of each dimension: the wordings from "from" on, counted from there
	ofWord, ofGram *rows[feature] // of each wording before "from": its vector
	from           int32          // first wording that is compared always
	texts          []string
	first          []int32 // of each class: its wordings are first[c] to first[c+1]
	pool           sync.Pool
}

// near is how close a class comes: the closest wordings by words and by
// letters, and which wording is the closest by both together.
type near struct {
	word, gram       float64 // mean of the best three, weighted 1, 1/2, 1/4
	topWord, topGram float64
	closest          int32
}

// closeness is how close the wordings come to one question, and in a large
// base the question by dimension, for the wordings that are compared later.
type closeness struct {
	word, gram       []float32 // by wording, from "from" on
	asWords, asGrams []float32 // by dimension; empty in a small base
	w, g             vector
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
	least := int32(1)
	if large {
		n.from, least = n.first[outside], 2
	}
	var wait sync.WaitGroup
	wait.Go(func() { n.words, n.ofWord, n.byWord = n.store(numberWords(texts), least) })
	n.grams, n.ofGram, n.byGram = n.store(numberGrams(texts), 2)
	wait.Wait()
	return n
}

func (n *neighbours) store(keys *numbered, least int32) (s *space, of, by *rows[feature]) {
	s, dims := keys.space(least)
	v := keys.vectors(s, dims)
	return s, firstRows(v, n.from), byDimension(v, n.from, len(s.idf))
}

// compare compares a question with every wording that is stored by dimension
// and shares a word or a letter group with it. Give the result back to the
// pool with done.
func (n *neighbours) compare(w, g vector) *closeness {
	c, ok := n.pool.Get().(*closeness)
	if !ok {
		always := len(n.texts) - int(n.from)
		c = &closeness{word: make([]float32, always), gram: make([]float32, always)}
		if n.from > 0 {
			c.asWords, c.asGrams = make([]float32, len(n.words.idf)), make([]float32, len(n.grams.idf))
		}
	}
	c.w, c.g = w, g
	addUp(c.word, w, n.byWord)
	addUp(c.gram, g, n.byGram)
	if n.from > 0 {
		for _, f := range w {
			c.asWords[f.id] = f.weight
		}
		for _, f := range g {
			c.asGrams[f.id] = f.weight
		}
	}
	return c
}

func addUp(sum []float32, v vector, by *rows[feature]) {
	for _, f := range v {
		for _, p := range by.row(f.id) {
			sum[p.id] += f.weight * p.weight
		}
	}
}

func (n *neighbours) done(c *closeness) {
	clear(c.word)
	clear(c.gram)
	if n.from > 0 {
		for _, f := range c.w {
			c.asWords[f.id] = 0
		}
		for _, f := range c.g {
			c.asGrams[f.id] = 0
		}
	}
	c.w, c.g = nil, nil
	n.pool.Put(c)
}

// one is how close one wording comes, by words and by letter groups.
func (n *neighbours) one(c *closeness, text int32) (w, g float32) {
	if text >= n.from {
		return c.word[text-n.from], c.gram[text-n.from]
	}
	for _, f := range n.ofWord.row(text) {
		w += f.weight * c.asWords[f.id]
	}
	for _, f := range n.ofGram.row(text) {
		g += f.weight * c.asGrams[f.id]
	}
	return w, g
}

// class sums up how close the wordings of one class come.
func (n *neighbours) class(c *closeness, class int) near {
	var words, grams best3
	r := near{closest: -1}
	top := float32(-1)
	for i := n.first[class]; i < n.first[class+1]; i++ {
		w, g := n.one(c, i)
		words.put(float64(w))
		grams.put(float64(g))
		if w+g > top {
			top, r.closest = w+g, i
		}
	}
	r.word, r.gram, r.topWord, r.topGram = words.mean(), grams.mean(), words[0], grams[0]
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
