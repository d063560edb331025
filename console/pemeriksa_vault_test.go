package console

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"

	"tanyanetral/report"
)

// fakeVault keeps reports in memory, sealed as the report package gives them.
type fakeVault struct {
	mu      sync.Mutex
	people  []report.Investigator
	reports map[string]report.Stored
	parts   []report.Part
	stage   map[string][]report.Part
	asked   map[string]string
}

func newVault() *fakeVault {
	return &fakeVault{reports: map[string]report.Stored{}, stage: map[string][]report.Part{},
		asked: map[string]string{}}
}

func (f *fakeVault) Investigators(context.Context) ([]report.Investigator, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.people), nil
}

func (f *fakeVault) PutInvestigator(_ context.Context, i report.Investigator) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.people = slices.DeleteFunc(f.people, func(x report.Investigator) bool { return x.ID == i.ID })
	f.people = append(f.people, i)
	return nil
}

func (f *fakeVault) StageFile(_ context.Context, draft string, p report.Part) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stage[draft] = append(f.stage[draft], p)
	return nil
}

func (f *fakeVault) DropStage(_ context.Context, draft string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.stage, draft)
	return nil
}

func (f *fakeVault) DropAllStages(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.stage)
	return nil
}

// add takes a part and the staged files of drafts; the caller holds the lock.
func (f *fakeVault) add(p report.Part, drafts ...string) {
	f.parts = append(f.parts, p)
	for _, d := range drafts {
		for _, file := range f.stage[d] {
			file.Report = p.Report
			f.parts = append(f.parts, file)
		}
		delete(f.stage, d)
	}
}

func (f *fakeVault) Accept(_ context.Context, s report.Stored, isi report.Part, draft string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reports[s.ID] = s
	f.add(isi, draft)
	return nil
}

// unread fills in what a store counts; the caller holds the lock.
func (f *fakeVault) unread(s report.Stored) report.Stored {
	s.Unread = 0
	for _, p := range f.parts {
		if p.Report == s.ID && !p.Seen && p.Kind != report.Balasan && p.Kind != report.Catatan {
			s.Unread++
		}
	}
	return s
}

func (f *fakeVault) ByLookup(_ context.Context, lookup []byte) (report.Stored, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.reports {
		if bytes.Equal(s.Lookup, lookup) {
			return f.unread(s), nil
		}
	}
	return report.Stored{}, report.ErrNotFound
}

func (f *fakeVault) Reports(context.Context) ([]report.Stored, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := make([]report.Stored, 0, len(f.reports))
	for _, s := range f.reports {
		all = append(all, f.unread(s))
	}
	return all, nil
}

func (f *fakeVault) Report(_ context.Context, id string) (report.Stored, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.reports[id]
	if !ok {
		return s, report.ErrNotFound
	}
	return f.unread(s), nil
}

func (f *fakeVault) SetStored(_ context.Context, s report.Stored) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	old, ok := f.reports[s.ID]
	if !ok {
		return report.ErrNotFound
	}
	s.Envelope = old.Envelope
	f.reports[s.ID] = s
	return nil
}

func (f *fakeVault) SetEnvelope(_ context.Context, id string, envelope []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.reports[id]
	if !ok {
		return report.ErrNotFound
	}
	s.Envelope = envelope
	f.reports[id] = s
	return nil
}

func (f *fakeVault) Confirm(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.reports[id]
	if !ok {
		return report.ErrNotFound
	}
	if s.Status == report.Menunggu {
		s.Status = report.Baru
	}
	f.reports[id] = s
	return nil
}

func (f *fakeVault) Parts(_ context.Context, id string) ([]report.Part, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []report.Part
	for _, p := range f.parts {
		if p.Kind == report.Berkas {
			p.Sealed = nil
		}
		if p.Report == id {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b report.Part) int { return cmp.Compare(a.Number, b.Number) })
	return all, nil
}

func (f *fakeVault) PartData(_ context.Context, id string) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, p := range f.parts {
		if p.ID == id {
			return p.Sealed, nil
		}
	}
	return nil, report.ErrNotFound
}

func (f *fakeVault) AddPart(_ context.Context, p report.Part, drafts []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(p, drafts...)
	return nil
}

func (f *fakeVault) MarkSeen(_ context.Context, ids []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.parts {
		f.parts[i].Seen = f.parts[i].Seen || slices.Contains(ids, f.parts[i].ID)
	}
	return nil
}

func (f *fakeVault) Erase(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.reports, id)
	delete(f.asked, id)
	f.parts = slices.DeleteFunc(f.parts, func(p report.Part) bool { return p.Report == id })
	return nil
}

func (f *fakeVault) AskErase(_ context.Context, id, user string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked[id] = user
	return nil
}

func (f *fakeVault) Erasures(context.Context) ([]report.Erasure, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []report.Erasure
	for id, user := range f.asked {
		all = append(all, report.Erasure{Report: id, User: user})
	}
	return all, nil
}

// cancel takes a wish to erase back.
func (f *fakeVault) cancel(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.asked, id)
	return nil
}

// quick is the office without the waiting after wrong passphrases.
type quick struct{ *report.Office }

func (quick) Unlock(_ context.Context, wrapped []byte, passphrase string) (*report.Key, error) {
	return report.ReadKey(wrapped, passphrase)
}
