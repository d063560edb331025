package console

import (
	"fmt"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) lexiconPages() section {
	return section{name: "Kosakata", part: "Data", path: "/kosakata", role: curation.Kurator, routes: []route{
		{pattern: "GET /kosakata", title: "Kosakata", do: s.lexicon},
		{pattern: "POST /kosakata", title: "Simpan arti kata", do: s.saveWord, wait: longWait},
		{pattern: "POST /kosakata/hapus", title: "Hapus arti kata", do: s.dropWord, wait: longWait},
	}}
}

// lexiconBody shows the words that are not known, and those that curators
// explained.
type lexiconBody struct {
	Unknown []curation.UnknownWord
	All     int
	Known   []field
	Seen    int64
}

// shownWords is how many unknown words a page shows: the frequent ones matter.
const shownWords = 60

func (s *Server) lexicon(v *visit) error {
	words, err := s.deps.Desk.Words(v.ctx())
	if err != nil {
		return fmt.Errorf("read the unknown words: %w", err)
	}
	known, err := s.knownWords(v)
	if err != nil {
		return err
	}
	return v.show("kosakata", lexiconBody{Unknown: words[:min(shownWords, len(words))], All: len(words),
		Known: known, Seen: s.deps.Desk.Generation()})
}

// knownWords are the words that published revisions explain, newest first.
func (s *Server) knownWords(v *visit) ([]field, error) {
	revs, err := s.deps.Desk.Revisions(v.ctx(), curation.RevisionFilter{State: curation.Terbit,
		Kind: knowledge.ItemWord})
	if err != nil {
		return nil, fmt.Errorf("read the explained words: %w", err)
	}
	newest := map[string]curation.Revision{}
	for _, r := range revs {
		if old, ok := newest[r.Item.Key]; !ok || r.Number > old.Number {
			newest[r.Item.Key] = r
		}
	}
	var known []field
	for _, r := range revs {
		if newest[r.Item.Key].ID == r.ID && !r.Item.Removes() {
			known = append(known, field{r.Item.Key, decodeFields(r.Item.Value)["means"]})
		}
	}
	return known, nil
}

func (s *Server) saveWord(v *visit) error {
	item := knowledge.WordItem(v.form("kata"), v.form("arti"))
	if _, problems := item.Canonical(); len(problems) > 0 {
		return v.warn("/kosakata", problemText(problems))
	}
	return s.draftWord(v, item)
}

func (s *Server) dropWord(v *visit) error {
	return s.draftWord(v, knowledge.Item{Kind: knowledge.ItemWord, Key: v.form("kata")})
}

func (s *Server) draftWord(v *visit, item knowledge.Item) error {
	seen := int64(v.formNumber("seen"))
	revs, err := s.deps.Desk.Draft(v.ctx(), v.user, []knowledge.Item{item}, "", seen)
	if err != nil {
		return fmt.Errorf("draft a word: %w", err)
	}
	return s.afterDraft(v, revs)
}
