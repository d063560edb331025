package faq

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"

	"tanyanetral/bahasa"
	"tanyanetral/knowledge"
)

// Fields of the index: what people ask, what the base answers, and the place
// where a topic belongs.
const (
	fieldAsks  = "asks"
	fieldText  = "text"
	fieldTitle = "title" // for the curators' search alone
)

// scoring is how bleve scores.
const scoring = "bm25"

// answerBoost is the weight of a hit in the answer beside one in a wording
// (reference bench, section 4.1).
const answerBoost = 0.3

// document is one topic as bleve sees it. Asks holds normal forms, which are
// cut at spaces only; Text and Title go through our analyzer.
type document struct {
	Asks  string `json:"asks"`
	Text  string `json:"text"`
	Title string `json:"title"` // and the words of the id
}

// newMapping describes the index. BM25 exists on scorch alone: bleve's
// NewMemOnly takes another index type and ignores the setting without a word.
func newMapping(lang *bahasa.Language) (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = scoring
	ours := map[string]any{"type": analyzerName, languageKey: lang}
	if err := m.AddCustomAnalyzer(analyzerName, ours); err != nil {
		return nil, fmt.Errorf("register the analyzer: %w", err)
	}
	terms := map[string]any{"type": custom.Name, "tokenizer": whitespace.Name, "token_filters": []string{}}
	if err := m.AddCustomAnalyzer("terms", terms); err != nil {
		return nil, fmt.Errorf("register the analyzer of normal forms: %w", err)
	}
	m.DefaultAnalyzer = simple.Name
	asks := bleve.NewTextFieldMapping()
	asks.Analyzer, asks.Store, asks.IncludeTermVectors, asks.IncludeInAll = "terms", false, false, false
	text := bleve.NewTextFieldMapping()
	text.Analyzer, text.Store, text.IncludeTermVectors, text.IncludeInAll = analyzerName, false, false, false
	doc := bleve.NewDocumentStaticMapping()
	doc.AddFieldMappingsAt(fieldAsks, asks)
	doc.AddFieldMappingsAt(fieldText, text)
	doc.AddFieldMappingsAt(fieldTitle, text)
	m.DefaultMapping = doc
	return m, nil
}

// index is the index of all topics in memory.
type index struct {
	bleve.Index
	topics map[string]int32 // in how many topics a term stands
	size   int              // number of topics
	byID   map[string]int32 // place of each topic in the base
	kept   sync.Map         // term -> *found
	sums   sync.Pool
}

func newIndex(b *knowledge.Base, lang *bahasa.Language, normals [][]string) (*index, error) {
	m, err := newMapping(lang)
	if err != nil {
		return nil, err
	}
	idx, err := bleve.NewUsing("", m, scorch.Name, bleve.Config.DefaultKVStore, nil)
	if err != nil {
		return nil, fmt.Errorf("create the index: %w", err)
	}
	batch := idx.NewBatch()
	for i := range b.Topics {
		t := &b.Topics[i]
		doc := document{
			Asks: strings.Join(normals[i], " "), Text: t.Title + " " + t.Answer + " " + t.Explanation,
			Title: t.Title + " " + strings.ReplaceAll(t.ID, "-", " "),
		}
		if err := batch.Index(t.ID, doc); err != nil {
			return nil, fmt.Errorf("index topic %s: %w", t.ID, err)
		}
	}
	if err := idx.Batch(batch); err != nil {
		return nil, fmt.Errorf("write the index: %w", err)
	}
	x := &index{Index: idx, topics: countTopics(normals), size: len(b.Topics), byID: map[string]int32{}}
	for i := range b.Topics {
		x.byID[b.Topics[i].ID] = int32(i)
	}
	return x, nil
}

// Limits of what one search visits. A disjunction costs what its terms have
// postings, and the commonest terms, which decide least, have most of them.
const (
	common    = 0.8    // share of the topics that have a term from which on it tells nothing
	maxVisits = 16_000 // postings of both fields, about 2 ms; what that costs: docs/matching.md
	minTerms  = 2      // the rarest terms are searched whatever they cost
)

func countTopics(normals [][]string) map[string]int32 {
	count, last := map[string]int32{}, map[string]int{}
	for i, terms := range normals {
		for _, t := range terms {
			if last[t] != i+1 {
				last[t] = i + 1
				count[t]++
			}
		}
	}
	return count
}

// affordable leaves out the terms that nearly every topic has, and the
// commonest of the others when together they would visit more than a search
// may. The order stays.
func (x *index) affordable(terms []string) []string {
	rare := slices.Clone(terms)
	slices.SortStableFunc(rare, func(a, b string) int { return int(x.topics[a] - x.topics[b]) })
	visits, n := int32(0), 0
	for _, t := range rare {
		visits += 2 * x.topics[t]
		if n >= minTerms && (visits > maxVisits || float64(x.topics[t]) > common*float64(x.size)) {
			break
		}
		n++
	}
	return slices.DeleteFunc(terms, func(t string) bool { return !slices.Contains(rare[:n], t) })
}

// fewTerms is up to how many terms a look at all of them beats a map.
const fewTerms = 30

func unique(terms []string) []string {
	all := make([]string, 0, len(terms))
	if len(terms) <= fewTerms {
		for _, t := range terms {
			if !slices.Contains(all, t) {
				all = append(all, t)
			}
		}
		return all
	}
	seen := make(map[string]bool, len(terms))
	for _, t := range terms {
		if !seen[t] {
			seen[t] = true
			all = append(all, t)
		}
	}
	return all
}
