package console

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
	"tanyanetral/report"
)

// keyholderRow is an investigator with a key, active or not.
type keyholderRow struct {
	report.Investigator
	Who, Since string
	Here       bool // the private key is kept here, sealed with a passphrase
	Lapsed     bool // its user may not act as an investigator any more
}

// keyholderRows lists the keys: active ones first, by post.
func (s *Server) keyholderRows(v *visit) ([]keyholderRow, error) {
	all, err := s.deps.Reports.Office.Investigators(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the investigators: %w", err)
	}
	users, err := s.deps.Staff.Users(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the users: %w", err)
	}
	byID := map[string]curation.User{}
	for _, u := range users {
		byID[u.ID] = u
	}
	var rows []keyholderRow
	for _, i := range all {
		u := byID[i.User]
		rows = append(rows, keyholderRow{Investigator: i, Who: cmp.Or(u.Name, "pengguna lama"),
			Since: reportDay(i.Added),
			Here:  i.Wrapped != nil, Lapsed: !u.Can(curation.Pemeriksa, s.today())})
	}
	slices.SortFunc(rows, func(a, b keyholderRow) int {
		active := 0
		if a.Active != b.Active {
			active = 1
			if a.Active {
				active = -1
			}
		}
		return cmp.Or(active, cmp.Compare(a.Post, b.Post), cmp.Compare(a.Added, b.Added),
			cmp.Compare(a.ID, b.ID))
	})
	return rows, nil
}

// onceThing is where the mark of the form for a new key lies, so that loading
// the page of a new key again does not make a second one.
const onceThing = "formulir-kunci"

func (s *Server) keyholders(v *visit) error {
	rows, err := s.keyholderRows(v)
	if err != nil {
		return err
	}
	lines, err := s.deps.Reports.Office.List(v.ctx())
	if err != nil {
		return fmt.Errorf("count the reports: %w", err)
	}
	users, err := s.investigatorUsers(v)
	if err != nil {
		return err
	}
	active := 0
	for _, r := range rows {
		if r.Active {
			active++
		}
	}
	open, counts := countDeadlines(lines)
	once := rand.Text()
	s.memory.keep(v, onceThing, once)
	return v.show("pemeriksa_orang", struct {
		Rows         []keyholderRow
		Users        []option
		Open, Active int
		Counts       []deadlineCount
		Once         string
	}{rows, users, open, active, counts, once})
}

// investigatorUsers are those who may hold a key.
func (s *Server) investigatorUsers(v *visit) ([]option, error) {
	users, err := s.deps.Staff.Users(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the users: %w", err)
	}
	var all []option
	for _, u := range users {
		if u.Can(curation.Pemeriksa, s.today()) {
			all = append(all, option{Value: u.ID, Label: u.Name})
		}
	}
	return all, nil
}

// addKeyholder adds a key. One that is made here is answered with its
// passphrase on this very page: it is neither kept nor shown again.
func (s *Server) addKeyholder(v *visit) error {
	post, user := knowledge.OneLine(v.form("jabatan")), v.form("pengguna")
	users, err := s.investigatorUsers(v)
	if err != nil {
		return err
	}
	once, _ := s.memory.take(v, onceThing).(string)
	switch {
	case once == "" || once != v.form("sekali"):
		return v.warn("/pemeriksa",
			"Formulir itu sudah dipakai atau usang; tidak ada kunci yang dibuat. Isi sekali lagi.")
	case post == "" || utf8.RuneCountInString(post) > maxName:
		return v.warn("/pemeriksa", "Tuliskan jabatan, paling banyak 80 karakter.")
	case !slices.ContainsFunc(users, func(o option) bool { return o.Value == user }):
		return v.warn("/pemeriksa", "Pilih pengguna yang berperan Pemeriksa.")
	}
	recipient, passphrase, wrapped := v.form("publik"), "", []byte(nil)
	if v.form("cara") != "luar" {
		if recipient, passphrase, wrapped, err = report.NewKey(); err != nil {
			return fmt.Errorf("make a key: %w", err)
		}
	} else if taken, err := s.keyTaken(v, recipient); err != nil || taken {
		if err != nil {
			return err
		}
		return v.warn("/pemeriksa", "Kunci publik itu sudah ada dalam daftar.")
	}
	i, err := s.deps.Reports.Office.AddInvestigator(v.ctx(), post, user, recipient, wrapped)
	if err != nil {
		return fmt.Errorf("add an investigator: %w", err)
	}
	v.note("report.key.add", i.ID)
	if passphrase == "" {
		return v.done("/pemeriksa", "Kunci publik ditambahkan. "+
			"Laporan lama terbuka baginya sesudah disegel ulang.")
	}
	v.status = http.StatusCreated
	return v.show("pemeriksa_frasa", struct{ Post, Passphrase, Recipient string }{i.Post, passphrase,
		i.Recipient})
}

// keyTaken tells whether an active investigator has this public key.
func (s *Server) keyTaken(v *visit, recipient string) (bool, error) {
	all, err := s.deps.Reports.Office.Investigators(v.ctx())
	if err != nil {
		return false, fmt.Errorf("list the investigators: %w", err)
	}
	return slices.ContainsFunc(all, func(i report.Investigator) bool {
		return i.Active && i.Recipient == recipient
	}), nil
}

func (s *Server) removeKeyholder(v *visit) error {
	id := v.r.PathValue("id")
	if v.form("yakin") == "" {
		return v.warn("/pemeriksa", "Centang lebih dahulu bahwa Anda sudah membaca apa yang terjadi.")
	}
	if err := s.deps.Reports.Office.RemoveInvestigator(v.ctx(), id); err != nil {
		return fmt.Errorf("remove an investigator: %w", err)
	}
	v.note("report.key.remove", id)
	return v.done("/pemeriksa", "Kunci dikeluarkan. Mintalah pemeriksa lain menekan Segel ulang sekarang.")
}
