package faq

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"

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
	for i := range b.Topics {
		c.add(i, b.Topics[i].Asks)
	}
	for i := range b.Outside {
		c.add(len(b.Topics)+i, b.Outside[i].Lines)
	}
	c.analyse()
	return c
}

func (c *corpus) add(class int, lines []string) {
	for i, text := range lines {
		c.texts = append(c.texts, wording{class: class, text: text, fold: i * folds / len(lines)})
	}
}

// analyse works on all wordings at once, a share for each processor.
func (c *corpus) analyse() {
	var wait sync.WaitGroup
	for part := range slices.Chunk(c.texts, len(c.texts)/runtime.GOMAXPROCS(0)+1) {
		wait.Go(func() {
			for i := range part {
				part[i].analysis = c.lang.Analyse(part[i].text)
			}
		})
	}
	wait.Wait()
}

func countWords(b *knowledge.Base, lang *bahasa.Language) map[string]int {
	count := map[string]int{}
	for i := range b.Topics {
		for _, text := range b.Topics[i].Asks {
			for _, w := range lang.Standard(text) {
				count[w]++
			}
		}
	}
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
	index   bleve.Index
	near    *neighbours
	linear  *linear
	fusion  fusion
	votesOf []int // class of the corpus -> class of the classifier, or -1
	byID    map[string]int
	exact   map[string]int // normal form -> class, -1 when two classes share it
}

// newModel builds index and neighbours beside what was fitted.
func newModel(c *corpus, lin *linear, f fusion) (*model, error) {
	m := &model{corpus: c, linear: lin, fusion: f, byID: map[string]int{}, exact: map[string]int{}}
	for _, id := range c.classIDs() {
		m.votesOf = append(m.votesOf, slices.Index(lin.classes, id))
	}
	for i := range c.base.Topics {
		m.byID[c.base.Topics[i].ID] = i
	}
	for _, w := range c.texts {
		m.learnExact(w)
	}
	var wait sync.WaitGroup
	wait.Go(m.fillNeighbours)
	var err error
	m.index, err = newIndex(c.base, c.lang, c.normals())
	wait.Wait()
	if err != nil {
		return nil, fmt.Errorf("build the matcher: %w", err)
	}
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

// fillNeighbours stores every wording by its words and letter groups.
func (m *model) fillNeighbours() {
	words, grams := make([][]string, len(m.texts)), make([][]string, len(m.texts))
	for i, w := range m.texts {
		words[i], grams[i] = wordKeys(w.analysis), gramKeys(w.analysis)
	}
	m.near = newNeighbours(newSpace(words, 1), newSpace(grams, 2), m.classes())
	for i, w := range m.texts {
		m.near.add(w.class, w.text, m.near.words.vector(words[i]), m.near.grams.vector(grams[i]))
	}
	m.near.close(m.classes())
}

// close releases the index.
func (m *model) close() error {
	if err := m.index.Close(); err != nil {
		return fmt.Errorf("close the index: %w", err)
	}
	return nil
}

// learnExact remembers a wording as it is typed and by its normal form. A
// form that two classes share decides nothing.
func (m *model) learnExact(w wording) {
	for _, key := range exactKeys(w.analysis) {
		if old, ok := m.exact[key]; ok && old != w.class {
			m.exact[key] = -1
			continue
		}
		m.exact[key] = w.class
	}
}

// minExact is how many terms a normal form needs to count as a known wording;
// shorter ones say too little.
const minExact = 3

func exactKeys(a bahasa.Analysis) []string {
	keys := []string{"w " + strings.Join(a.Words, " ")}
	if len(a.Terms) >= minExact {
		keys = append(keys, "n "+a.Normal())
	}
	return keys
}

// known returns the class of an exact known wording.
func (m *model) known(a bahasa.Analysis) (int, bool) {
	for _, key := range exactKeys(a) {
		if c, ok := m.exact[key]; ok && c >= 0 && len(a.Words) > 0 {
			return c, true
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
	hits, err := search(ctx, m.index, a.Terms, candidates)
	if err != nil {
		return r, err
	}
	w, g := m.near.words.vector(wordKeys(a)), m.near.grams.vector(gramKeys(a))
	p := m.votes(a)
	q := m.near.compare(w, g)
	for _, h := range hits {
		c := m.byID[h.id]
		r.best = append(r.best, scored{class: c, bm25: h.score, near: m.near.class(q, c), p: p[c]})
	}
	r.outside, r.pOut = m.closestOutside(q, p)
	m.near.done(q)
	r.known, r.anchors = m.knownShare(a), m.lang.Anchors(a.Terms)
	m.fusion.apply(r.best)
	return r, nil
}

func (m *model) knownShare(a bahasa.Analysis) float64 {
	known := 0
	for _, t := range a.Terms {
		if _, ok := m.near.words.ids[t]; ok {
			known++
		}
	}
	return ratio(float64(known), float64(len(a.Terms)))
}

// votes are the classifier's probabilities by class of the corpus.
func (m *model) votes(a bahasa.Analysis) []float64 {
	p := m.linear.probabilities(m.linear.input(wordKeys(a), gramKeys(a)))
	votes := make([]float64, len(m.votesOf))
	for c, v := range m.votesOf {
		if v >= 0 {
			votes[c] = p[v]
		}
	}
	return votes
}

func (m *model) closestOutside(q *closeness, p []float64) (scored, float64) {
	var best scored
	var sum, top float64
	best.class = -1
	for c := len(m.base.Topics); c < m.classes(); c++ {
		n := m.near.class(q, c)
		sum += p[c]
		if s := n.topWord + n.topGram + p[c]; s > top {
			top, best = s, scored{class: c, near: n, p: p[c]}
		}
	}
	return best, sum
}

func ratio(x, of float64) float64 {
	if of == 0 {
		return 0
	}
	return x / of
}
