package console

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func (s *Server) peoplePages() section {
	return section{name: "Pengguna", part: "Sistem", path: "/pengguna", role: curation.Admin, routes: []route{
		{pattern: "GET /pengguna", title: "Pengguna", do: s.users},
		{pattern: "POST /pengguna/undang", title: "Undang pengguna", do: s.invite},
		{pattern: "POST /pengguna/satu/{id}", title: "Ubah pengguna", do: s.setRoles},
		{pattern: "POST /pengguna/satu/{id}/keluar", title: "Keluarkan pengguna", do: s.signUserOut},
	}}
}

// userRow is a user with the form of the roles.
type userRow struct {
	curation.User
	Boxes []option
	Over  bool // the last day of a deputy has passed
}

func allRoles() []curation.Role {
	return []curation.Role{curation.Kurator, curation.Pemeriksa, curation.Admin}
}

func roleBoxes(has []curation.Role) []option {
	boxes := options(allRoles(), "", roleText)
	for i := range boxes {
		for _, r := range has {
			boxes[i].Chosen = boxes[i].Chosen || boxes[i].Value == string(r)
		}
	}
	return boxes
}

func (s *Server) users(v *visit) error {
	users, err := s.deps.Staff.Users(v.ctx())
	if err != nil {
		return fmt.Errorf("list the users: %w", err)
	}
	var rows []userRow
	for _, u := range users {
		rows = append(rows, userRow{u, roleBoxes(u.Roles), u.Until != "" && u.Until < s.today()})
	}
	link, _ := s.memory.take(v, "undangan").(string)
	return v.show("pengguna", struct {
		Rows  []userRow
		Boxes []option
		Link  string // of a fresh invitation, shown this once
		Self  string
		Hours int
	}{rows, roleBoxes(nil), link, v.user.ID, int(curation.InviteLife.Hours())})
}

// roles reads the roles of a form; a role that does not exist is left out.
func (v *visit) roles() []curation.Role {
	var roles []curation.Role
	for _, r := range allRoles() {
		for _, got := range v.values("peran") {
			if got == string(r) {
				roles = append(roles, r)
			}
		}
	}
	return roles
}

// maxName is how long the name of a user may be.
const maxName = 80

func (s *Server) invite(v *visit) error {
	name, until := knowledge.OneLine(v.form("nama")), knowledge.Day(v.form("sampai"))
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxName:
		return v.warn("/pengguna", "Tuliskan nama, paling banyak 80 karakter.")
	case len(v.roles()) == 0:
		return v.warn("/pengguna", "Pilih sedikitnya satu peran.")
	case until != "" && (!until.Valid() || until < s.today()):
		return v.warn("/pengguna", "Hari terakhir pengganti harus hari ini atau sesudahnya.")
	}
	secret, err := s.deps.Staff.Invite(v.ctx(), v.user, name, v.roles(), until)
	if err != nil {
		return fmt.Errorf("invite a user: %w", err)
	}
	s.memory.keep(v, "undangan", strings.TrimSuffix(s.opts.PublicURL, "/")+"/masuk/"+secret)
	return v.done("/pengguna", "Undangan dibuat. Tautannya hanya ditampilkan sekali.")
}

func (s *Server) setRoles(v *visit) error {
	until := knowledge.Day(v.form("sampai"))
	if until != "" && !until.Valid() {
		return v.warn("/pengguna", "Hari terakhir tidak terbaca.")
	}
	id := v.r.PathValue("id")
	err := s.deps.Staff.SetRoles(v.ctx(), v.user, id, v.roles(), until, v.form("aktif") != "")
	if err != nil {
		return fmt.Errorf("change a user: %w", err)
	}
	return v.done("/pengguna", "Peran disimpan. Peran yang dicabut langsung berakhir.")
}

func (s *Server) signUserOut(v *visit) error {
	id := v.r.PathValue("id")
	if err := s.deps.Staff.SignOutEverywhere(v.ctx(), id); err != nil {
		return fmt.Errorf("sign a user out: %w", err)
	}
	s.memory.forgetUser(id)
	v.note("console.signout", id)
	if id == v.user.ID {
		return v.bye()
	}
	return v.done("/pengguna", "Pengguna itu sudah dikeluarkan dari semua perangkat.")
}
