package faq

import "sync"

// neighbours finds the known wordings closest to a question, by words and by
// letter groups. Only the wordings of given topics are compared, so that the
// cost depends on the candidates and not on the size of the base.
type neighbours struct {
	words, grams *space
	owner        [][]span // wordings by class: topics first, then categories
	wordData     []feature
	gramData     []feature
	texts        []string
	pool         sync.Pool
}

// span is where the vectors of one wording lie in the data.
type span struct {
	text          int32
	word, wordEnd int32
	gram, gramEnd int32
}

// near is how close a class comes: the closest wordings by words and by
// letters, and which wording is the closest by both together.
type near struct {
	word, gram       float64 // mean of the best three, weighted 1, 1/2, 1/4
	topWord, topGram float64
	closest          int32
}

// scratch is a dense question vector, reused between questions.
type scratch struct{ word, gram []float32 }

// add stores a wording of a class.
func (n *neighbours) add(class int, text string, w, g vector) {
	s := span{text: int32(len(n.texts)), word: int32(len(n.wordData)), gram: int32(len(n.gramData))}
	n.texts = append(n.texts, text)
	n.wordData = append(n.wordData, w...)
	n.gramData = append(n.gramData, g...)
	s.wordEnd, s.gramEnd = int32(len(n.wordData)), int32(len(n.gramData))
	n.owner[class] = append(n.owner[class], s)
}

// query spreads a question for comparing; release it with done.
func (n *neighbours) query(w, g vector) *scratch {
	q, ok := n.pool.Get().(*scratch)
	if !ok {
		q = &scratch{make([]float32, len(n.words.idf)), make([]float32, len(n.grams.idf))}
	}
	for _, f := range w {
		q.word[f.id] = f.weight
	}
	for _, f := range g {
		q.gram[f.id] = f.weight
	}
	return q
}

func (n *neighbours) done(q *scratch, w, g vector) {
	for _, f := range w {
		q.word[f.id] = 0
	}
	for _, f := range g {
		q.gram[f.id] = 0
	}
	n.pool.Put(q)
}

// class compares a question with the wordings of one class.
func (n *neighbours) class(q *scratch, class int) near {
	var words, grams best3
	r := near{closest: -1}
	top := -1.0
	for _, s := range n.owner[class] {
		w := dot(q.word, n.wordData[s.word:s.wordEnd])
		g := dot(q.gram, n.gramData[s.gram:s.gramEnd])
		words.put(w)
		grams.put(g)
		if w+g > top {
			top, r.closest = w+g, s.text
		}
	}
	r.word, r.gram, r.topWord, r.topGram = words.mean(), grams.mean(), words[0], grams[0]
	return r
}

func dot(q []float32, v []feature) float64 {
	var sum float32
	for _, f := range v {
		sum += q[f.id] * f.weight
	}
	return float64(sum)
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
