package faq

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"tanyanetral/bahasa"
)

// Weights of the fields in the curators' search: who looks for a topic mostly
// knows words of its title.
const (
	browseTitle = 4
	browseAsks  = 1
	browseText  = 0.5
)

// minPrefix is how many letters a beginning needs to be searched for.
const minPrefix = 3

// browse searches titles, answers and wordings, the last word also as the
// beginning of a longer one.
func (x *index) browse(ctx context.Context, a bahasa.Analysis, limit int) ([]string, error) {
	var parts []query.Query
	for _, t := range unique(a.Terms) {
		for field, boost := range map[string]float64{
			fieldTitle: browseTitle, fieldAsks: browseAsks, fieldText: browseText,
		} {
			q := bleve.NewTermQuery(t)
			q.SetField(field)
			q.SetBoost(boost)
			parts = append(parts, q)
		}
	}
	if n := len(a.Words); n > 0 && len(a.Words[n-1]) >= minPrefix {
		q := bleve.NewPrefixQuery(a.Words[n-1])
		q.SetField(fieldTitle)
		q.SetBoost(browseTitle)
		parts = append(parts, q)
	}
	if len(parts) == 0 || limit <= 0 {
		return nil, nil
	}
	req := bleve.NewSearchRequestOptions(bleve.NewDisjunctionQuery(parts...), limit, 0, false)
	req.SortBy([]string{"-_score", "_id"})
	res, err := x.SearchInContext(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("search the index: %w", err)
	}
	ids := make([]string, len(res.Hits))
	for i, h := range res.Hits {
		ids[i] = h.ID
	}
	return ids, nil
}
