package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
)

func TestUsers(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	budi := curation.User{ID: "u1", Name: "Budi", Telegram: 81, Active: true,
		Roles: []curation.Role{curation.Admin, curation.Kurator}}
	ani := curation.User{ID: "u2", Name: "Ani", Roles: []curation.Role{curation.Pemeriksa},
		Until: "2026-08-31"}
	cici := curation.User{ID: "u3", Name: "Cici", Active: true} // no account either, and no roles
	for _, u := range []curation.User{budi, ani, cici} {
		if err := db.PutUser(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string, want ...curation.User) {
		t.Helper()
		got, err := db.Users(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	check("new", ani, budi, cici)
	ani.Telegram = 81
	if err := db.PutUser(ctx, ani); !errors.Is(err, ErrTaken) {
		t.Errorf("another's account: got %v; want ErrTaken", err)
	}
	ani.Telegram, ani.Active, ani.Roles, ani.Until = 82, true, nil, ""
	if err := db.PutUser(ctx, ani); err != nil {
		t.Fatal(err)
	}
	check("changed", ani, budi, cici)
	for telegram, want := range map[int64]string{81: "u1", 82: "u2", 83: "", 0: ""} {
		got, err := db.UserByTelegram(ctx, telegram)
		if got.ID != want || (want == "") != errors.Is(err, curation.ErrNotFound) ||
			want != "" && err != nil {
			t.Errorf("account %d: got %q, %v; want %q", telegram, got.ID, err, want)
		}
	}
}

// hash is what is kept of a secret of one letter.
func hash(letter byte) []byte { return bytes.Repeat([]byte{letter}, 32) }

func TestSessions(t *testing.T) {
	ctx := context.Background()
	now := made()
	db := open(t, t.TempDir(), at(&now))
	session := func(letter byte, user string) curation.Session {
		return curation.Session{Hash: hash(letter), User: user, Form: "formulir",
			Expires: now.Add(8 * time.Hour)}
	}
	for _, id := range []string{"u1", "u2"} {
		if err := db.PutUser(ctx, curation.User{ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	for letter, user := range map[byte]string{'a': "u1", 'b': "u1", 'c': "u2", 'd': "u2"} {
		if err := db.AddSession(ctx, session(letter, user)); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.AddSession(ctx, session('e', "u9")); err == nil {
		t.Error("a session of nobody: got no error")
	}
	if err := db.AddSession(ctx, session('a', "u2")); err == nil {
		t.Error("a cookie twice: got no error")
	}
	if got, err := db.SessionByHash(ctx, hash('a')); err != nil || !cmp.Equal(got, session('a', "u1")) {
		t.Errorf("got %+v, %v; want %+v", got, err, session('a', "u1"))
	}
	if err := db.PutUser(ctx, curation.User{ID: "u1", Name: "baru"}); err != nil { // ends no session
		t.Fatal(err)
	}
	steps := []struct {
		name string
		do   func() error
		want string // sessions that are left
	}{
		{"drop", func() error { return db.DropSession(ctx, hash('c')) }, "abd"},
		{"drop again", func() error { return db.DropSession(ctx, hash('c')) }, "abd"},
		{"drop all of a user", func() error { return db.DropSessions(ctx, "u1") }, "d"},
		{"time passes", func() error { now = now.Add(8 * time.Hour); return nil }, "d"},
		{"new", func() error { return db.AddSession(ctx, session('f', "u1")) }, "f"},
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		got := ""
		for letter := byte('a'); letter <= 'f'; letter++ {
			switch _, err := db.SessionByHash(ctx, hash(letter)); {
			case err == nil:
				got += string(letter)
			case !errors.Is(err, curation.ErrNotFound):
				t.Error(err)
			}
		}
		if got != s.want {
			t.Errorf("%s: sessions %s; want %s", s.name, got, s.want)
		}
	}
}

func TestLinks(t *testing.T) {
	ctx := context.Background()
	now := made()
	db := open(t, t.TempDir(), at(&now))
	signIn := curation.Link{Hash: hash('a'), Kind: curation.LinkSignIn, User: "u1",
		Expires: now.Add(10 * time.Minute)}
	invite := curation.Link{Hash: hash('b'), Kind: curation.LinkInvite, User: "u1", Name: "Ani",
		Roles: []curation.Role{curation.Kurator}, Until: "2026-08-31", Expires: now.Add(24 * time.Hour)}
	for _, l := range []curation.Link{signIn, invite} {
		if err := db.AddLink(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	var taken atomic.Int32
	var group sync.WaitGroup
	for range 8 { // one of all gets it
		group.Go(func() {
			switch got, err := db.TakeLink(ctx, hash('b')); {
			case err == nil:
				taken.Add(1)
				if diff := cmp.Diff(invite, got); diff != "" {
					t.Errorf("link (-want +got):\n%s", diff)
				}
			case !errors.Is(err, curation.ErrNotFound):
				t.Error(err)
			}
		})
	}
	group.Wait()
	if taken.Load() != 1 {
		t.Errorf("the link was taken %d times; want once", taken.Load())
	}
	if _, err := db.TakeLink(ctx, hash('c')); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("unknown: got %v; want not found", err)
	}
	for letter, kind := range map[byte]curation.LinkKind{'d': curation.LinkSignIn, 'e': curation.LinkInvite} {
		l := curation.Link{Hash: hash(letter), Kind: kind, User: "u1", Expires: signIn.Expires}
		if err := db.AddLink(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(db.DropSessions(ctx, "u2"), db.DropSessions(ctx, "u1")); err != nil {
		t.Fatal(err)
	}
	_, err := db.TakeLink(ctx, hash('d'))
	if n := rowsIn(t, db, "links"); n != 1 || !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("signed out everywhere: got %d links, %v; want the invitation", n, err)
	}
	now = now.Add(10 * time.Minute)
	invite.Expires = now.Add(time.Hour)
	if err := db.AddLink(ctx, invite); err != nil || rowsIn(t, db, "links") != 1 {
		t.Errorf("a link when another expired: got %d links, %v; want 1", rowsIn(t, db, "links"), err)
	}
	if err := db.AddLink(ctx, curation.Link{Hash: []byte("rahasia")}); err == nil {
		t.Error("a secret that is no hash: got no error")
	}
}

func TestActions(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	full := curation.Action{ID: "a1", Kind: curation.Merged, Group: "g1", Gaps: []string{"x", `y"'`},
		Rest: []string{"z"}, Topic: "golput", Category: "umum", Into: "g2", Revision: []string{"r1", "r2"},
		User: "u1", At: made()}
	bare := curation.Action{ID: "a2", Kind: curation.Ignored, At: made()} // the same time, but later
	for _, a := range []curation.Action{full, bare} {
		if err := db.AddAction(ctx, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.AddAction(ctx, full); err == nil {
		t.Error("an action twice: got no error")
	}
	if err := db.SetUndone(ctx, "a1"); err != nil {
		t.Fatal(err)
	}
	full.Undone = true
	if err := db.SetUndone(ctx, "a1"); !errors.Is(err, curation.ErrChanged) {
		t.Errorf("undone twice: got %v; want changed", err)
	}
	if err := db.SetUndone(ctx, "a3"); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("undo of none: got %v; want not found", err)
	}
	for limit, want := range map[int][]curation.Action{0: {bare, full}, 1: {bare}, 5: {bare, full}} {
		got, err := db.Actions(ctx, limit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("limit %d (-want +got):\n%s", limit, diff)
		}
	}
	if got, err := db.Action(ctx, "a1"); err != nil || !cmp.Equal(got, full) {
		t.Errorf("got %+v, %v; want %+v", got, err, full)
	}
	if _, err := db.Action(ctx, "a3"); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("unknown: got %v; want not found", err)
	}
}

func TestAudit(t *testing.T) {
	ctx := context.Background()
	db := open(t, t.TempDir())
	var want []curation.AuditLine // newest first
	for i := range 5 {
		line := curation.AuditLine{At: made(), User: "u1", Act: "publish",
			Object: fmt.Sprint("r", i), Note: "uji"}
		if err := db.AddAudit(ctx, line); err != nil {
			t.Fatal(err)
		}
		want = append([]curation.AuditLine{line}, want...)
	}
	check := func(limit, offset int, want []curation.AuditLine) {
		t.Helper()
		got, err := db.Audit(ctx, limit, offset)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("limit %d, offset %d (-want +got):\n%s", limit, offset, diff)
		}
	}
	check(0, 0, want)
	check(2, 1, want[1:3])
	check(0, 4, want[4:])
	check(3, 5, nil)
	for _, attack := range []string{
		"UPDATE audit SET note = 'lain'", "UPDATE audit SET seq = 99 WHERE seq = 1", "DELETE FROM audit",
		"DELETE FROM audit WHERE seq = 1",
		"INSERT OR REPLACE INTO audit (seq, at, user_id, act, object, note) VALUES (1, '', '', '', '', '')",
		"INSERT INTO audit (seq, at, user_id, act, object, note) VALUES (5, '', '', '', '', '') " +
			"ON CONFLICT DO UPDATE SET note = 'lain'",
	} {
		if _, err := db.write.Exec(attack); err == nil {
			t.Errorf("%s: got no error", attack)
		}
	}
	check(0, 0, want)
}

// TestStaffOnDatabase lets the real staff work on the real database: from the
// admin of the settings to a curator whose role ends.
func TestStaffOnDatabase(t *testing.T) {
	ctx := context.Background()
	now := made()
	db := open(t, t.TempDir(), at(&now))
	staff := curation.NewStaff(quiet(), db, func() time.Time { return now })
	if err := staff.EnsureAdmins(ctx, []int64{81}); err != nil {
		t.Fatal(err)
	}
	admin, ok, err := staff.ByTelegram(ctx, 81)
	if err != nil || !ok {
		t.Fatalf("the admin: got %v, %v", ok, err)
	}
	roles := []curation.Role{curation.Kurator}
	secret, err := staff.Invite(ctx, admin, "Ani", roles, "")
	if err != nil {
		t.Fatal(err)
	}
	ani, cookie, _, err := staff.Redeem(ctx, secret, curation.User{Telegram: 82})
	if err != nil || ani.Name != "Ani" {
		t.Fatalf("redeemed by %q, %v; want Ani", ani.Name, err)
	}
	_, _, _, err = staff.Redeem(ctx, secret, curation.User{Telegram: 83})
	if !errors.Is(err, curation.ErrExpired) {
		t.Errorf("redeemed again: got %v; want expired", err)
	}
	if user, _, err := staff.Session(ctx, cookie); err != nil || user.ID != ani.ID {
		t.Errorf("session: got %q, %v; want Ani's", user.ID, err)
	}
	if err := staff.SetRoles(ctx, admin, ani.ID, nil, "", true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := staff.Session(ctx, cookie); err == nil {
		t.Error("the session outlived the role")
	}
	if lines, err := db.Audit(ctx, 0, 0); err != nil || len(lines) < 3 {
		t.Errorf("got %d lines of audit, %v; want one for each step", len(lines), err)
	}
}
