package console

import (
	"errors"
	"fmt"
	"net/http"

	"tanyanetral/curation"
)

// publishBody shows what a publication would change.
type publishBody struct {
	IDs     []string
	Rows    []revisionRow
	Names   map[string]string
	Preview curation.Preview
	Parts   []changePart
	Blocked bool // problems stand in the way, or a golden question flips
	Admin   bool
	Reason  string
}

// changePart is a table of questions that would be answered in another way.
type changePart struct {
	Title, Empty string
	Changes      []curation.Change
	Shown        int
}

// shownChanges is how many rows of a table are shown; the number of all is
// told beside it.
const shownChanges = 50

func (s *Server) publishPage(v *visit) error {
	ids := v.chosen()
	if len(ids) == 0 {
		return v.warn("/tinjauan?keadaan=disetujui", "Pilih perubahan yang akan diterbitkan.")
	}
	p, err := s.deps.Desk.Preview(v.ctx(), ids)
	if err != nil {
		return fmt.Errorf("preview a publication: %w", err)
	}
	return s.showPublish(v, ids, p)
}

func (s *Server) showPublish(v *visit, ids []string, p curation.Preview) error {
	b := publishBody{IDs: ids, Preview: p, Blocked: len(p.Problems) > 0 || p.Flips > 0,
		Admin: v.user.Can(curation.Admin, s.today()), Reason: v.form("alasan")}
	var chosen []curation.Revision
	for _, id := range ids {
		r, err := s.revision(v, id)
		if err != nil {
			return err
		}
		chosen = append(chosen, r)
	}
	b.Rows = s.rows(chosen)
	var err error
	if b.Names, err = v.names(); err != nil {
		return err
	}
	for _, part := range []changePart{
		{Title: "Pertanyaan acuan", Empty: "Semua pertanyaan acuan tetap dijawab sama.", Changes: p.Golden},
		{Title: "Pertanyaan terakhir", Empty: "Pertanyaan yang belum lama masuk tetap dijawab sama.",
			Changes: p.Recent},
		{Title: "Jawaban yang dipersoalkan",
			Empty:   "Pertanyaan yang jawabannya dipersoalkan tetap dijawab sama.",
			Changes: p.Disputed},
	} {
		part.Shown = min(shownChanges, len(part.Changes))
		b.Parts = append(b.Parts, part)
	}
	return v.show("terbit", b)
}

// publish makes the changes live. A golden question that flips shows the same
// page again with what would change.
func (s *Server) publish(v *visit) error {
	ids := v.values("ids")
	if len(ids) == 0 {
		return v.warn("/tinjauan?keadaan=disetujui", "Pilih perubahan yang akan diterbitkan.")
	}
	p, err := s.deps.Desk.Publish(v.ctx(), v.user, ids, v.form("alasan"))
	switch {
	case errors.Is(err, curation.ErrGolden), errors.Is(err, curation.ErrInvalid):
		v.status = http.StatusConflict
		return s.showPublish(v, ids, p)
	case err != nil:
		return fmt.Errorf("publish: %w", err)
	}
	v.s.memory.take(v, "terbit")
	return v.done("/riwayat?keadaan=terbit", fmt.Sprintf("%d perubahan terbit dan langsung berlaku.",
		len(ids)))
}
