package faq

import "sync"

// neighbours finds the known wordings closest to a question, by words and by
// letter groups. Wordings are stored by dimension, so that a question costs
// what its words are shared by, and not the size of the base.
type neighbours struct {
	words, grams *space
	byWord       [][]posting // by dimension of words
	byGram       [][]posting // by dimension of grams
	texts        []string
	first        []int32 // of each class: its wordings are first[c] to first[c+1]
	pool         sync.Pool
}

// posting is the weight of one dimension in one wording.
type posting struct {
	text   int32
	weight float32
}

// near is how close a class comes: the closest wordings by words and by
// letters, and which wording is the closest by both together.
type near struct {
	word, gram       float64 // mean of the best three, weighted 1, 1/2, 1/4
	topWord, topGram float64
	closest          int32
}

// closeness is how close every wording comes to one question.
type closeness struct{ word, gram []float32 }

func newNeighbours(words, grams *space, classes int) *neighbours {
	return &neighbours{
		words: words, grams: grams, byWord: make([][]posting, len(words.idf)),
		byGram: make([][]posting, len(grams.idf)), first: make([]int32, 1, classes+1),
	}
}

// add stores a wording; classes come in rising order.
func (n *neighbours) add(class int, text string, w, g vector) {
	id := int32(len(n.texts))
	n.texts = append(n.texts, text)
	n.close(class)
	n.first[class+1]++
	for _, f := range w {
		n.byWord[f.id] = append(n.byWord[f.id], posting{id, f.weight})
	}
	for _, f := range g {
		n.byGram[f.id] = append(n.byGram[f.id], posting{id, f.weight})
	}
}

// close ends all classes before this one.
func (n *neighbours) close(class int) {
	for len(n.first) < class+2 {
		n.first = append(n.first, n.first[len(n.first)-1])
	}
}

// compare compares a question with every wording that shares a word or a
// letter group with it. Give the result back to the pool with done.
func (n *neighbours) compare(w, g vector) *closeness {
	c, ok := n.pool.Get().(*closeness)
	if !ok {
		c = &closeness{make([]float32, len(n.texts)), make([]float32, len(n.texts))}
	}
	for _, f := range w {
		for _, p := range n.byWord[f.id] {
			c.word[p.text] += f.weight * p.weight
		}
	}
	for _, f := range g {
		for _, p := range n.byGram[f.id] {
			c.gram[p.text] += f.weight * p.weight
		}
	}
	return c
}

func (n *neighbours) done(c *closeness) {
	clear(c.word)
	clear(c.gram)
	n.pool.Put(c)
}

// class sums up how close the wordings of one class come.
func (n *neighbours) class(c *closeness, class int) near {
	var words, grams best3
	r := near{closest: -1}
	top := float32(-1)
	for i := n.first[class]; i < n.first[class+1]; i++ {
		w, g := c.word[i], c.gram[i]
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
