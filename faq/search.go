package faq

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
)

// searchedFields is how many fields of a topic are searched.
const searchedFields = 2

// searched are the fields that a question is searched in, and what a hit in
// each weighs.
func searched() [searchedFields]struct {
	field string
	boost float64
} {
	return [searchedFields]struct {
		field string
		boost float64
	}{{fieldAsks, 1}, {fieldText, answerBoost}}
}

// hit is a topic that bleve found; scores of two questions are not comparable.
type hit struct {
	class int
	score float64
}

// found is what bleve finds for one term in all fields.
type found struct {
	weight float64 // what the term adds to the square of a query's length
	topics []foundIn
}

// foundIn is one topic that has the term.
type foundIn struct {
	class  int32
	fields int32   // how many of its fields have the term
	score  float64 // BM25, weighed, before the query is scaled to length one
}

// find asks bleve for one term. While the index stands the answer stays the
// same, so that it is kept; terms that nothing has are asked for again, since
// there is no end of them.
func (x *index) find(ctx context.Context, term string) (*found, error) {
	if f, ok := x.kept.Load(term); ok {
		return f.(*found), nil
	}
	f := &found{}
	for _, s := range searched() {
		if err := x.findIn(ctx, f, term, s.field, s.boost); err != nil {
			return nil, fmt.Errorf("search the index: %w", err)
		}
	}
	if len(f.topics) == 0 {
		return f, nil
	}
	slices.SortStableFunc(f.topics, func(a, b foundIn) int { return cmp.Compare(a.class, b.class) })
	merged := f.topics[:1]
	for _, t := range f.topics[1:] {
		if last := &merged[len(merged)-1]; last.class == t.class {
			last.fields, last.score = last.fields+t.fields, last.score+t.score
			continue
		}
		merged = append(merged, t)
	}
	f.topics = slices.Clip(merged)
	x.kept.Store(term, f)
	return f, nil
}

// findIn adds what one field has, as bleve's own searcher finds and scores it.
func (x *index) findIn(ctx context.Context, f *found, term, field string, boost float64) (err error) {
	adv, err := x.Advanced()
	if err != nil {
		return err
	}
	r, err := adv.Reader()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	ctx = context.WithValue(ctx, search.GetScoringModelCallbackKey,
		search.GetScoringModelCallbackFn(func() string { return scoring }))
	s, err := searcher.NewTermSearcher(ctx, r, term, field, boost, search.SearcherOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	f.weight += s.Weight()
	s.SetQueryNorm(1)
	sc := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize(), 0),
		IndexReader: r}
	for {
		d, err := s.Next(sc)
		if err != nil || d == nil {
			return err
		}
		id, err := r.ExternalID(d.IndexInternalID)
		if err != nil {
			return err
		}
		f.topics = append(f.topics, foundIn{x.byID[id], 1, d.Score})
		sc.DocumentMatchPool.Put(d)
	}
}

// sums adds up what the terms of one question find, by topic.
type sums struct {
	score  []float64
	fields []int32
	seen   []int32 // topics that have any
	best   []hit
}

// search gives the best topics of the given terms: those that bleve's own
// disjunction of all terms in both fields gives, with the same scores. Only
// the sum is taken here, over what bleve found for each term.
func (x *index) search(ctx context.Context, terms []string, size int) ([]hit, error) {
	terms = x.affordable(unique(terms))
	all := make([]*found, len(terms))
	var weight float64
	for i, t := range terms {
		f, err := x.find(ctx, t)
		if err != nil {
			return nil, err
		}
		all[i] = f
		weight += f.weight
	}
	s, ok := x.sums.Get().(*sums)
	if !ok {
		s = &sums{score: make([]float64, x.size), fields: make([]int32, x.size)}
	}
	for _, f := range all {
		for _, in := range f.topics {
			if s.fields[in.class] == 0 {
				s.seen = append(s.seen, in.class)
			}
			s.fields[in.class] += in.fields
			s.score[in.class] += in.score
		}
	}
	hits := s.take(size, 1/(math.Sqrt(weight)*float64(searchedFields*len(terms))))
	x.sums.Put(s)
	return hits, nil
}

// take returns the best topics and clears the sums. A score counts by the
// share of the terms and fields that the topic has, as bleve's does.
func (s *sums) take(size int, scale float64) []hit {
	s.best = s.best[:0]
	for _, c := range s.seen {
		h := hit{int(c), s.score[c] * float64(s.fields[c]) * scale}
		s.score[c], s.fields[c] = 0, 0
		if len(s.best) == size {
			if !h.before(s.best[size-1]) {
				continue
			}
			s.best = s.best[:size-1]
		}
		at := len(s.best)
		s.best = append(s.best, h)
		for ; at > 0 && h.before(s.best[at-1]); at-- {
			s.best[at] = s.best[at-1]
		}
		s.best[at] = h
	}
	s.seen = s.seen[:0]
	return slices.Clone(s.best)
}

func (h hit) before(o hit) bool { return h.score > o.score || h.score == o.score && h.class < o.class }
