package console

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"tanyanetral/report"
)

// ownPosts are the active keys of the visitor.
func (s *Server) ownPosts(v *visit) ([]report.Investigator, error) {
	all, err := s.deps.Reports.Office.Investigators(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the investigators: %w", err)
	}
	var own []report.Investigator
	for _, i := range all {
		if i.Active && i.User == v.user.ID {
			own = append(own, i)
		}
	}
	return own, nil
}

// unlocked returns the visitor's open key. A key whose investigator was taken
// out meanwhile is locked at once.
func (s *Server) unlocked(v *visit) (*report.Key, error) {
	k := s.memory.openKey(v)
	if k == nil {
		return nil, errLocked()
	}
	own, err := s.ownPosts(v)
	if err != nil {
		return nil, err
	}
	if holder(own, k) == nil {
		s.memory.lockKey(v)
		v.note("report.removed", v.user.ID)
		return nil, errRemoved()
	}
	return k, nil
}

// holder finds whose key this is.
func holder(all []report.Investigator, k *report.Key) *report.Investigator {
	for i := range all {
		if all[i].Recipient == k.Recipient() {
			return &all[i]
		}
	}
	return nil
}

// keyBody is the page of the visitor's own key.
type keyBody struct {
	Key     keyState
	Keys    []option // those that are kept here; several: one has to be chosen
	Outside bool     // a key is kept outside, so that its file is asked for
	None    bool     // the visitor has no active key
	Report  string   // to which the unlocking leads; empty: the list
	Others  []keyholderRow
}

func (s *Server) ownKey(v *visit) error {
	own, err := s.ownPosts(v)
	if err != nil {
		return err
	}
	b := keyBody{None: len(own) == 0, Report: v.query("laporan")}
	if s.memory.closesAt(v).IsZero() {
		for _, i := range own {
			b.Keys = append(b.Keys, option{Value: i.ID, Label: i.Post})
			b.Outside = b.Outside || i.Wrapped == nil
		}
		return v.show("pemeriksa_kunci", b)
	}
	if _, err := s.unlocked(v); err != nil {
		return err
	}
	if b.Others, err = s.keyholderRows(v); err != nil {
		return err
	}
	b.Key = s.keyState(v)
	return v.show("pemeriksa_kunci", b)
}

// unlock opens the visitor's key for this session. The passphrase goes no
// further than this function.
func (s *Server) unlock(v *visit) error {
	phrase := strings.TrimSpace(v.r.PostForm.Get("frasa"))
	v.r.PostForm.Del("frasa")
	v.r.Form.Del("frasa")
	if v.r.MultipartForm != nil {
		delete(v.r.MultipartForm.Value, "frasa")
	}
	if s.tries.paused(v.user.ID) {
		return errManyWrong()
	}
	own, err := s.ownPosts(v)
	if err != nil {
		return err
	}
	if len(own) == 0 {
		return errNoKey()
	}
	back := keyPath(v.form("laporan"))
	wrapped, err := wrappedKey(v, own)
	if err != nil {
		return err
	}
	if wrapped == nil {
		return v.warn(back,
			"Kunci ini disimpan di luar server. Pilih berkas kuncinya, atau buka laporan di komputer sendiri.")
	}
	k, err := s.deps.Reports.Office.Unlock(v.ctx(), wrapped, phrase)
	if errors.Is(err, report.ErrPassphrase) {
		return s.wrongPhrase(v, back)
	}
	if err != nil {
		return fmt.Errorf("unlock a key: %w", err)
	}
	i := holder(own, k)
	if i == nil {
		return v.warn(back, "Kunci ini bukan kunci aktif atas nama Anda, jadi tidak dibuka.")
	}
	if err := v.record("report.unlock", i.ID); err != nil {
		return err
	}
	s.tries.right(v.user.ID)
	s.memory.holdKey(v, k)
	to := "/laporan"
	if id := v.form("laporan"); id != "" {
		to = "/laporan/satu/" + url.PathEscape(id)
	}
	return v.done(to, fmt.Sprintf("Kunci terbuka. Ia tertutup sendiri bila %d menit tidak dipakai.",
		int(keyIdle.Minutes())))
}

// keyPath is the page of the own key that leads on to a report.
func keyPath(id string) string {
	if id == "" {
		return "/laporan/kunci"
	}
	return "/laporan/kunci?laporan=" + url.QueryEscape(id)
}

// wrappedKey is the sealed private key that the form names or brings; nil: it
// is kept outside and was not brought.
func wrappedKey(v *visit, own []report.Investigator) ([]byte, error) {
	if v.r.MultipartForm != nil {
		file, _, err := v.r.FormFile("berkas")
		if err == nil {
			data, err := io.ReadAll(io.LimitReader(file, keyLimit))
			if err = errors.Join(err, file.Close(), v.r.MultipartForm.RemoveAll()); err != nil {
				return nil, errBadForm()
			}
			if len(data) > 0 {
				return data, nil
			}
		} else if !errors.Is(err, http.ErrMissingFile) {
			return nil, errBadForm()
		}
	}
	for _, i := range own {
		if i.ID == v.form("kunci") || len(own) == 1 {
			return i.Wrapped, nil
		}
	}
	return nil, errInput("Pilih kunci yang akan dibuka.")
}

// wrongPhrase answers a wrong passphrase.
func (s *Server) wrongPhrase(v *visit, back string) error {
	n := s.tries.wrong(v.user.ID)
	if n >= maxWrong {
		v.note("report.wrong", v.user.ID)
		return errManyWrong()
	}
	text := "Frasa sandi tidak cocok. Periksa tiap kata, lalu coba lagi."
	if n >= 3 { // as many as open at once
		text = fmt.Sprintf("Frasa sandi tidak cocok (%d dari %d kali). "+
			"Percobaan berikutnya menunggu lebih lama.",
			n, maxWrong)
	}
	return v.warn(back, text)
}

func (s *Server) lockNow(v *visit) error {
	if s.memory.lockKey(v) {
		v.note("report.lock", v.user.ID)
	}
	return v.done("/laporan", "Kunci ditutup.")
}

// reseal seals the reports anew to today's investigators.
func (s *Server) reseal(v *visit) error {
	k, err := s.unlocked(v)
	if err != nil {
		return err
	}
	done, skipped, err := s.deps.Reports.Office.Reseal(v.ctx(), k)
	v.note("report.reseal", fmt.Sprintf("%d done, %d skipped", done, skipped))
	if err != nil {
		return fmt.Errorf("reseal the reports: %w", err)
	}
	text := fmt.Sprintf("%s laporan disegel ulang untuk pemeriksa yang aktif sekarang.", numberText(done))
	if skipped > 0 {
		text += fmt.Sprintf(" %s dilewati: tidak terbuka dengan kunci Anda, atau tidak akan ada pembacanya.",
			numberText(skipped))
	}
	return v.done("/laporan/kunci", text)
}
