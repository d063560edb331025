package faq

import (
	"context"
	"fmt"
	"hash/maphash"
	"runtime"
	"slices"
	"strings"
	"sync"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// corpus is the base as the matcher sees it: every wording analysed once.
type corpus struct {
	base  *knowledge.Base
	lang  *bahasa.Language
	texts []wording
}

// wording is one known way of asking. Classes are the topics in the order of
// the base, then the out-of-scope categories.
type wording struct {
	class    int
	text     string
	analysis bahasa.Analysis
	fold     int // which quarter of its class it stands in; writers come in runs
}

// folds is how many parts cross-fitting uses. Wordings stand in the order of
// their writers, so that a fold leaves out whole voices.
const folds = 4

// newCorpus analyses every wording of the base. Words that the base uses
// become the vocabulary of the spelling repair.
func newCorpus(b *knowledge.Base, lang *bahasa.Language) *corpus {
	c := &corpus{base: b, lang: lang.WithVocabulary(countWords(b, lang))}
	c.texts = c.wordings()
	return c
}

// wordings lists and analyses what the base knows. The model forgets it once
// it is built.
func (c *corpus) wordings() []wording {
	n := 0
	for i := range c.base.Topics {
		n += len(c.base.Topics[i].Asks)
	}
	for i := range c.base.Outside {
		n += len(c.base.Outside[i].Lines)
	}
	all := make([]wording, 0, n)
	add := func(class int, lines []string) {
		for i, text := range lines {
			all = append(all, wording{class: class, text: text, fold: i * folds / len(lines)})
		}
	}
	for i := range c.base.Topics {
		add(i, c.base.Topics[i].Asks)
	}
	for i := range c.base.Outside {
		add(len(c.base.Topics)+i, c.base.Outside[i].Lines)
	}
	inParts(all, func(part []wording) {
		for i := range part {
			part[i].analysis = c.lang.Analyse(part[i].text)
		}
	})
	return all
}

// inParts works on a list with all processors, a part for each.
func inParts[T any](all []T, work func(part []T)) {
	var wait sync.WaitGroup
	for part := range slices.Chunk(all, len(all)/runtime.GOMAXPROCS(0)+1) {
		wait.Go(func() { work(part) })
	}
	wait.Wait()
}

func countWords(b *knowledge.Base, lang *bahasa.Language) map[string]int {
	var lock sync.Mutex
	count := map[string]int{}
	inParts(b.Topics, func(part []knowledge.Topic) {
		here := map[string]int{}
		for i := range part {
			for _, text := range part[i].Asks {
				for _, w := range lang.Standard(text) {
					here[w]++
				}
			}
		}
		lock.Lock()
		defer lock.Unlock()
		for w, n := range here {
			if _, ok := count[w]; !ok {
				w = strings.Clone(w) // a part of a line, which would stay in memory
			}
			count[w] += n
		}
	})
	return count
}

func (c *corpus) classes() int { return len(c.base.Topics) + len(c.base.Outside) }

// classIDs names the classes: topics, then categories behind outsidePrefix.
func (c *corpus) classIDs() []string {
	ids := make([]string, 0, c.classes())
	for i := range c.base.Topics {
		ids = append(ids, c.base.Topics[i].ID)
	}
	for i := range c.base.Outside {
		ids = append(ids, outsidePrefix+c.base.Outside[i].ID)
	}
	return ids
}

// without returns the corpus without one fold.
func (c *corpus) without(fold int) *corpus {
	d := *c
	d.texts = slices.DeleteFunc(slices.Clone(c.texts), func(w wording) bool { return w.fold == fold })
	return &d
}

// model is everything that ranks: the index, the known wordings, the
// classifier. It is read-only once built.
type model struct {
	*corpus
	index   *index
	near    *neighbours
	letters *lettered
	words   *likelihood
	linear  *linear
	fusion  fusion
	votesOf []int32          // class of the corpus -> class of the classifier, or -1
	exact   map[uint64]int32 // hash of a known wording -> class, -1 when two classes share it
	seed    maphash.Seed     // of the hashes
}

// newModel builds index and neighbours beside what was fitted, and forgets the
// analysed wordings.
func newModel(c *corpus, lin *linear, f fusion) (*model, error) {
	own := *c
	m := &model{corpus: &own, linear: lin, fusion: f}
	votes := make(map[string]int32, len(lin.classes))
	for i, id := range lin.classes {
		votes[id] = int32(i)
	}
	for _, id := range c.classIDs() {
		v, ok := votes[id]
		if !ok {
			v = -1
		}
		m.votesOf = append(m.votesOf, v)
	}
	large, least := len(c.texts) > largeBase, int32(1)
	if large {
		least = 2
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		m.near = newNeighbours(c.texts, m.classes(), len(c.base.Topics), large)
		m.letters = newLettered(c.texts, m.near.grams, lin.grams)
	})
	wait.Go(func() { m.words = newLikelihood(c.texts, m.classes(), least) })
	m.learnExact()
	var err error
	m.index, err = newIndex(c.base, c.lang, c.normals())
	wait.Wait()
	if err != nil {
		return nil, fmt.Errorf("build the matcher: %w", err)
	}
	m.texts = nil
	return m, nil
}

// normals are the normal forms of all wordings by topic.
func (c *corpus) normals() [][]string {
	all := make([][]string, len(c.base.Topics))
	for _, w := range c.texts {
		if w.class < len(all) {
			all[w.class] = append(all[w.class], w.analysis.Terms...)
		}
	}
	return all
}

// close releases the index.
func (m *model) close() error {
	if err := m.index.Close(); err != nil {
		return fmt.Errorf("close the index: %w", err)
	}
	return nil
}

// learnExact remembers every wording as it is typed and by its normal form. A
// form that two classes share decides nothing.
func (m *model) learnExact() {
	m.seed, m.exact = maphash.MakeSeed(), make(map[uint64]int32, 2*len(m.texts))
	for i := range m.texts {
		class := int32(m.texts[i].class)
		for _, key := range m.exactKeys(m.texts[i].analysis) {
			if old, ok := m.exact[key]; ok && old != class {
				m.exact[key] = -1
				continue
			}
			m.exact[key] = class
		}
	}
}

// minExact is how many terms a normal form needs to count as a known wording;
// shorter ones say too little.
const minExact = 3

// exactKeys are hashes: at 64 bits two wordings of a base of millions share
// one with a probability of one in millions.
func (m *model) exactKeys(a bahasa.Analysis) []uint64 {
	keys := []uint64{m.hash('w', a.Words)}
	if len(a.Terms) >= minExact {
		keys = append(keys, m.hash('n', a.Terms))
	}
	return keys
}

func (m *model) hash(kind byte, words []string) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	_ = h.WriteByte(kind) // a hash never fails
	for _, w := range words {
		_, _ = h.WriteString(w)
		_ = h.WriteByte(' ')
	}
	return h.Sum64()
}

// known returns the class of an exact known wording.
func (m *model) known(a bahasa.Analysis) (int, bool) {
	for _, key := range m.exactKeys(a) {
		if c, ok := m.exact[key]; ok && c >= 0 && len(a.Words) > 0 {
			return int(c), true
		}
	}
	return 0, false
}

// candidates is how many topics bleve hands over for rescoring: the right one
// is among 25 for 99% of the left-out wordings, among 15 for 98%.
const candidates = 25

// scored is one candidate with what each ranker says of it.
type scored struct {
	class int
	bm25  float64
	near
	fit
	p     float64 // of the classifier
	fused float64
	share float64 // softmax of fused over the candidates
}

// ranking is the judgement of all rankers on one question.
type ranking struct {
	analysis bahasa.Analysis
	best     []scored // by falling fused score
	outside  scored   // closest out-of-scope category
	pOut     float64  // probability mass of all out-of-scope categories
	known    float64  // share of the terms that the base uses
	anchors  int      // terms that place the question in the domain
}

// rank asks every ranker. Slots never take part: they cost calibration and
// gained no accuracy (reference bench, section 3).
func (m *model) rank(ctx context.Context, a bahasa.Analysis) (ranking, error) {
	r := ranking{analysis: a}
	hits, err := m.index.search(ctx, a.Terms, candidates)
	if err != nil {
		return r, err
	}
	votes, dims := wordDims(a, m.linear.words, m.words.space)
	nearGrams, voteGrams := m.letters.vectors(a)
	p := m.linear.probabilities(m.linear.input(m.linear.words.appendVector(nil, votes), voteGrams))
	classes := make([]int, len(hits))
	for i, h := range hits {
		classes[i] = h.class
	}
	fits := m.words.classes(dims, classes)
	q := m.near.compare(nearGrams, m.near.spans(slices.Clone(classes), len(m.base.Topics)))
	r.best = make([]scored, len(hits))
	for i, h := range hits {
		r.best[i] = scored{
			class: h.class, bm25: h.score, near: m.near.class(q, h.class), fit: fits[i], p: m.vote(p, h.class),
		}
	}
	r.outside, r.pOut = m.closestOutside(q, dims, p)
	m.near.done(q)
	r.known, r.anchors = m.knownShare(a), m.lang.Anchors(a.Terms)
	m.fusion.apply(r.best)
	return r, nil
}

func (m *model) knownShare(a bahasa.Analysis) float64 {
	known := 0
	for _, t := range a.Terms {
		if _, ok := m.words.space.ids[t]; ok {
			known++
		}
	}
	return ratio(float64(known), float64(len(a.Terms)))
}

// vote is the classifier's probability of a class of the corpus; one that it
// has not seen gets none.
func (m *model) vote(p []float64, class int) float64 {
	if v := m.votesOf[class]; v >= 0 {
		return p[v]
	}
	return 0
}

func (m *model) closestOutside(q *closeness, dims []int32, p []float64) (scored, float64) {
	var best scored
	var sum, top float64
	best.class = -1
	for c := len(m.base.Topics); c < m.classes(); c++ {
		n := m.near.class(q, c)
		vote := m.vote(p, c)
		sum += vote
		if s := n.topGram + vote; s > top {
			top, best = s, scored{class: c, near: n, p: vote}
		}
	}
	if best.class >= 0 {
		best.fit = m.words.class(dims, best.class)
	}
	return best, sum
}

func ratio(x, of float64) float64 {
	if of == 0 {
		return 0
	}
	return x / of
}
