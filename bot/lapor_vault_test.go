package bot

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"

	"tanyanetral/report"
)

// strongroom is a store of reports in memory. Methods fail with err when it is set.
type strongroom struct {
	mu            sync.Mutex
	err           error
	investigators []report.Investigator
	reports       map[string]report.Stored
	parts         map[string]report.Part
	stages        map[string][]report.Part
	cuts          func(at string) // what happens at a point of sending; nil: nothing
}

// cut lets happen what a test wants to happen at a point of sending.
func (s *strongroom) cut(at string) {
	if s.cuts != nil {
		s.cuts(at)
	}
}

func newStrongroom() *strongroom {
	return &strongroom{
		reports: map[string]report.Stored{}, parts: map[string]report.Part{},
		stages: map[string][]report.Part{},
	}
}

func (s *strongroom) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

// counts are the reports, their parts, and the drafts with staged files.
func (s *strongroom) counts() [3]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return [3]int{len(s.reports), len(s.parts), len(s.stages)}
}

func (s *strongroom) Investigators(context.Context) ([]report.Investigator, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.investigators), s.err
}

func (s *strongroom) PutInvestigator(_ context.Context, i report.Investigator) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	same := func(o report.Investigator) bool { return o.ID == i.ID }
	s.investigators = slices.DeleteFunc(s.investigators, same)
	s.investigators = append(s.investigators, i)
	return s.err
}

func (s *strongroom) StageFile(_ context.Context, draft string, p report.Part) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.stages[draft] = append(s.stages[draft], p)
	}
	return s.err
}

func (s *strongroom) DropStage(_ context.Context, draft string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.stages, draft)
	return s.err
}

func (s *strongroom) DropAllStages(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.stages)
	return s.err
}

func (s *strongroom) Accept(_ context.Context, r report.Stored, isi report.Part, draft string) error {
	defer s.cut("after Accept")
	s.cut("before Accept")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.reports[r.ID] = r
	s.add(isi, draft)
	return nil
}

// add puts a part and the staged files of drafts to a report; mu is held.
func (s *strongroom) add(p report.Part, drafts ...string) {
	s.parts[p.ID] = p
	for _, d := range drafts {
		for _, f := range s.stages[d] {
			f.Report = p.Report
			s.parts[f.ID] = f
		}
		delete(s.stages, d)
	}
}

func (s *strongroom) find(fits func(report.Stored) bool) (report.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.reports {
		if fits(r) {
			return r, s.err
		}
	}
	return report.Stored{}, cmp.Or(s.err, report.ErrNotFound)
}

func (s *strongroom) ByLookup(_ context.Context, lookup []byte) (report.Stored, error) {
	return s.find(func(r report.Stored) bool { return bytes.Equal(r.Lookup, lookup) })
}

func (s *strongroom) Report(_ context.Context, id string) (report.Stored, error) {
	return s.find(func(r report.Stored) bool { return r.ID == id })
}

func (s *strongroom) Reports(context.Context) ([]report.Stored, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Values(s.reports)), s.err
}

func (s *strongroom) SetStored(_ context.Context, r report.Stored) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Envelope = s.reports[r.ID].Envelope
	s.reports[r.ID] = r
	return s.err
}

func (s *strongroom) SetEnvelope(_ context.Context, id string, envelope []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.reports[id]
	r.Envelope = envelope
	s.reports[id] = r
	return s.err
}

func (s *strongroom) Confirm(_ context.Context, id string) error {
	defer s.cut("after Confirm")
	s.cut("before Confirm")
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.reports[id]; ok && r.Status == report.Menunggu && s.err == nil {
		r.Status = report.Baru
		s.reports[id] = r
	}
	return s.err
}

func (s *strongroom) Parts(_ context.Context, id string) ([]report.Part, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []report.Part
	for _, p := range s.parts {
		if p.Report == id {
			if p.Kind == report.Berkas {
				p.Sealed = nil
			}
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b report.Part) int { return cmp.Compare(a.Number, b.Number) })
	return out, s.err
}

func (s *strongroom) PartData(_ context.Context, id string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.parts[id].Sealed, s.err
}

func (s *strongroom) AddPart(_ context.Context, p report.Part, drafts []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.add(p, drafts...)
	}
	return s.err
}

func (s *strongroom) MarkSeen(_ context.Context, ids []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range ids {
		p := s.parts[id]
		p.Seen = true
		s.parts[id] = p
	}
	return s.err
}

func (s *strongroom) Erase(context.Context, string) error                { return s.err }
func (s *strongroom) AskErase(context.Context, string, string) error     { return s.err }
func (s *strongroom) Erasures(context.Context) ([]report.Erasure, error) { return nil, s.err }
