package curation

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/knowledge"
)

func (m *memory) PutUser(_ context.Context, u User) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.IndexFunc(m.users, func(v User) bool { return v.ID == u.ID }); i >= 0 {
		m.users[i] = u
		return nil
	}
	m.users = append(m.users, u)
	return nil
}

func (m *memory) Users(context.Context) ([]User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.users), nil
}

func (m *memory) UserByTelegram(_ context.Context, id int64) (User, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := slices.IndexFunc(m.users, func(u User) bool { return u.Telegram == id && id != 0 }); i >= 0 {
		return m.users[i], nil
	}
	return User{}, ErrNotFound
}

func (m *memory) AddLink(_ context.Context, l Link) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links[string(l.Hash)] = l
	return nil
}

func (m *memory) TakeLink(_ context.Context, hash []byte) (Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.links[string(hash)]
	if !ok {
		return Link{}, ErrNotFound
	}
	delete(m.links, string(hash))
	return l, nil
}

func (m *memory) AddSession(_ context.Context, s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[string(s.Hash)] = s
	return nil
}

func (m *memory) SessionByHash(_ context.Context, hash []byte) (Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[string(hash)]
	if !ok {
		return Session{}, ErrNotFound
	}
	return s, nil
}

func (m *memory) DropSession(_ context.Context, hash []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, string(hash))
	return nil
}

func (m *memory) DropSessions(_ context.Context, user string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for k, s := range m.sessions {
		if s.User == user {
			delete(m.sessions, k)
		}
	}
	for k, l := range m.links {
		if l.User == user && l.Kind == LinkSignIn {
			delete(m.links, k)
		}
	}
	return nil
}

// crew is a staff with one admin of the settings, whose account is 7.
type crew struct {
	*Staff
	store *memory
	clock time.Time
	admin User
}

func newCrew(t *testing.T) *crew {
	t.Helper()
	c := &crew{store: newMemory(), clock: time.Date(2027, 1, 10, 9, 0, 0, 0, time.UTC)}
	c.Staff = NewStaff(slog.New(slog.DiscardHandler), c.store, func() time.Time { return c.clock })
	if err := c.EnsureAdmins(t.Context(), []int64{7, 7}); err != nil {
		t.Fatal(err)
	}
	u, ok, err := c.ByTelegram(t.Context(), 7)
	if err != nil || !ok || len(c.store.users) != 1 {
		t.Fatal("the admin of the settings is not there", ok, err)
	}
	c.admin = u
	return c
}

// join invites and lets in a user with roles.
func (c *crew) join(t *testing.T, telegram int64, until knowledge.Day, roles ...Role) (User, string) {
	t.Helper()
	secret, err := c.Invite(t.Context(), c.admin, "Siti", roles, until)
	if err != nil {
		t.Fatal(err)
	}
	u, cookie, _, err := c.Redeem(t.Context(), secret, User{Telegram: telegram})
	if err != nil {
		t.Fatal(err)
	}
	return u, cookie
}

func TestCan(t *testing.T) {
	const today = knowledge.Day("2027-01-10")
	for _, tt := range []struct {
		name  string
		roles []Role
		until knowledge.Day
		off   bool
		want  []Role
	}{
		{"a kurator", []Role{Kurator}, "", false, []Role{Kurator}},
		{"a pemeriksa", []Role{Pemeriksa}, "", false, []Role{Pemeriksa}},
		{"an admin reads no reports", []Role{Admin}, "", false, []Role{Kurator, Admin}},
		{"both", []Role{Admin, Pemeriksa}, "", false, []Role{Kurator, Pemeriksa, Admin}},
		{"a deputy on the last day", []Role{Kurator}, today, false, []Role{Kurator}},
		{"a deputy afterwards", []Role{Kurator}, "2027-01-09", false, nil},
		{"one who left", []Role{Admin}, "", true, nil},
		{"nobody", nil, "", false, nil},
	} {
		u := User{Roles: tt.roles, Until: tt.until, Active: !tt.off}
		for _, r := range append(roles(), "lain", "") {
			if got := u.Can(r, today); got != slices.Contains(tt.want, r) {
				t.Errorf("%s: %s is %v", tt.name, r, got)
			}
		}
	}
}

func TestLinks(t *testing.T) {
	c := newCrew(t)
	ctx := t.Context()
	link := func() string {
		t.Helper()
		secret, err := c.LinkFor(ctx, c.admin.ID)
		if err != nil {
			t.Fatal(err)
		}
		return secret
	}
	secret := link()
	u, cookie, session, err := c.Redeem(ctx, secret, User{})
	if err != nil || u.ID != c.admin.ID || session.Form == "" || session.Form == cookie {
		t.Fatal(u, err)
	}
	if _, _, _, err := c.Redeem(ctx, secret, User{}); !errors.Is(err, ErrExpired) {
		t.Error("a link worked twice:", err)
	}
	if _, _, _, err := c.Redeem(ctx, "", User{}); !errors.Is(err, ErrExpired) {
		t.Error("no secret worked:", err)
	}
	got, same, err := c.Session(ctx, cookie)
	if err != nil || got.ID != u.ID || same.Form != session.Form {
		t.Error("the session is not there:", err)
	}
	late := link()
	c.clock = c.clock.Add(linkLife)
	if _, _, _, err := c.Redeem(ctx, late, User{}); !errors.Is(err, ErrExpired) {
		t.Error("a link worked after its time:", err)
	}
	c.clock = c.clock.Add(SessionLife)
	if _, _, err := c.Session(ctx, cookie); !errors.Is(err, ErrExpired) {
		t.Error("a session outlived its time:", err)
	}
	if _, err := c.LinkFor(ctx, "x"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if _, err := c.NewLink(ctx, User{ID: "x"}); !errors.Is(err, ErrForbidden) {
		t.Error("a link for nobody:", err)
	}
}

// TestSecrets finds no secret in what is kept, and each is long enough.
func TestSecrets(t *testing.T) {
	c := newCrew(t)
	secret, err := c.LinkFor(t.Context(), c.admin.ID)
	if err != nil {
		t.Fatal(err)
	}
	invitation, err := c.Invite(t.Context(), c.admin, "Siti", []Role{Kurator}, "")
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := json.Marshal([]any{c.store.links, c.store.audit})
	_, cookie, _, err := c.Redeem(t.Context(), secret, User{})
	if err != nil {
		t.Fatal(err)
	}
	after, _ := json.Marshal([]any{c.store.sessions, c.store.audit, c.store.users})
	for _, s := range []string{secret, invitation, cookie} {
		if len(s) < 22 || bytes.Contains(kept, []byte(s)) || bytes.Contains(after, []byte(s)) {
			t.Errorf("a secret of %d characters is short or kept", len(s))
		}
	}
	if secret == invitation || secret == cookie {
		t.Error("secrets are equal")
	}
}

func TestOneTakesTheLink(t *testing.T) {
	c := newCrew(t)
	secret, err := c.Invite(t.Context(), c.admin, "Siti", []Role{Kurator}, "")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	in := make(chan string, 20)
	for range 20 {
		wait.Go(func() {
			if u, _, _, err := c.Redeem(t.Context(), secret, User{}); err == nil {
				in <- u.ID
			}
		})
	}
	wait.Wait()
	if len(in) != 1 || len(c.store.users) != 2 {
		t.Errorf("%d came in, %d users", len(in), len(c.store.users))
	}
}

func TestInvite(t *testing.T) {
	c := newCrew(t)
	ctx := t.Context()
	u, _ := c.join(t, 8, "2027-02-01", Pemeriksa, Kurator)
	if u.Name != "Siti" || u.Telegram != 8 || u.Until != "2027-02-01" || !u.Can(Pemeriksa, "2027-02-01") {
		t.Errorf("the new user is %+v", u)
	}
	for _, tt := range []struct {
		name  string
		by    User
		who   string
		roles []Role
		until knowledge.Day
		want  error
	}{
		{"by a kurator", u, "X", []Role{Admin}, "", ErrForbidden},
		{"no name", c.admin, " ", []Role{Kurator}, "", ErrInvalid},
		{"no role", c.admin, "X", nil, "", ErrInvalid},
		{"an unknown role", c.admin, "X", []Role{"raja"}, "", ErrInvalid},
		{"no day", c.admin, "X", []Role{Kurator}, "besok", ErrInvalid},
		{"a day gone by", c.admin, "X", []Role{Kurator}, "2027-01-01", ErrInvalid},
		{"a long name", c.admin, strings.Repeat("x", 81), []Role{Kurator}, "", ErrInvalid},
	} {
		if _, err := c.Invite(ctx, tt.by, tt.who, tt.roles, tt.until); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	again, _ := c.Invite(ctx, c.admin, "Siti", []Role{Admin}, "")
	for _, by := range []User{{Telegram: 8}, u, c.admin} {
		if _, _, _, err := c.Redeem(ctx, again, by); !errors.Is(err, ErrState) {
			t.Error("who is there already was invited:", err)
		}
	}
	if _, _, _, err := c.Redeem(ctx, again, User{}); err != nil {
		t.Error("the invitation is used up by who is there already:", err)
	}
	late, _ := c.Invite(ctx, c.admin, "Rudi", []Role{Kurator}, "")
	c.clock = c.clock.Add(InviteLife)
	if _, _, _, err := c.Redeem(ctx, late, User{}); !errors.Is(err, ErrExpired) {
		t.Error("an invitation worked after its time:", err)
	}
	c.clock = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	if _, ok, _ := c.ByTelegram(ctx, 8); ok {
		t.Error("a deputy may act after the last day")
	}
	back, _ := c.join(t, 8, "", Kurator)
	if back.ID != u.ID || back.Can(Pemeriksa, "2027-03-01") || !back.Can(Kurator, "2027-03-01") {
		t.Errorf("who comes back is %+v", back)
	}
	if _, ok, err := c.ByTelegram(ctx, 99); ok || err != nil {
		t.Error("a stranger is on the staff", err)
	}
}

func TestSetRoles(t *testing.T) {
	c := newCrew(t)
	ctx := t.Context()
	u, cookie := c.join(t, 0, "", Kurator)
	set := func(id string, until knowledge.Day, active bool, roles ...Role) error {
		return c.SetRoles(ctx, c.admin, id, roles, until, active)
	}
	if err := c.SetRoles(ctx, u, u.ID, []Role{Admin}, "", true); !errors.Is(err, ErrForbidden) {
		t.Error("a kurator made an admin:", err)
	}
	if err := set("x", "", true, Kurator); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if err := set(u.ID, "", true, Kurator, Pemeriksa); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Session(ctx, cookie); err != nil {
		t.Error("to gain a role ended the session:", err)
	}
	if err := set(u.ID, "", true, Kurator); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Session(ctx, cookie); !errors.Is(err, ErrExpired) {
		t.Error("to lose a role did not end the session:", err)
	}
	for name, err := range map[string]error{
		"without the role": set(c.admin.ID, "", true, Kurator),
		"with an end":      set(c.admin.ID, "2028-01-01", true, Admin),
		"not active":       set(c.admin.ID, "", false, Admin),
	} {
		if !errors.Is(err, ErrLastAdmin) {
			t.Errorf("the last admin is %s: %v", name, err)
		}
	}
	second, _ := c.join(t, 0, "", Admin)
	if err := set(c.admin.ID, "", false, Admin); err != nil {
		t.Error("with a second admin:", err)
	}
	if err := c.SetRoles(ctx, second, second.ID, nil, "", true); !errors.Is(err, ErrLastAdmin) {
		t.Error("the second admin left alone:", err)
	}
	if err := c.EnsureAdmins(ctx, []int64{7}); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := c.ByTelegram(ctx, 7); !ok {
		t.Error("the settings do not bring their admin back")
	}
}

func TestSignOut(t *testing.T) {
	c := newCrew(t)
	ctx := t.Context()
	u, one := c.join(t, 0, "", Kurator)
	var cookies []string
	for range 2 {
		secret, err := c.NewLink(ctx, u)
		if err != nil {
			t.Fatal(err)
		}
		_, cookie, _, err := c.Redeem(ctx, secret, User{})
		if err != nil {
			t.Fatal(err)
		}
		cookies = append(cookies, cookie)
	}
	if err := c.SignOut(ctx, one); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Session(ctx, one); !errors.Is(err, ErrExpired) {
		t.Error("signed out and still in:", err)
	}
	if _, _, err := c.Session(ctx, cookies[0]); err != nil {
		t.Error("another browser was signed out:", err)
	}
	pending, _ := c.NewLink(ctx, u)
	other, _ := c.NewLink(ctx, c.admin)
	if err := c.SignOutEverywhere(ctx, u.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.Redeem(ctx, pending, User{}); !errors.Is(err, ErrExpired) {
		t.Error("a link from before signs in again:", err)
	}
	if _, _, _, err := c.Redeem(ctx, other, User{}); err != nil {
		t.Error("the link of another is gone:", err)
	}
	for _, cookie := range cookies {
		if _, _, err := c.Session(ctx, cookie); !errors.Is(err, ErrExpired) {
			t.Error("signed out everywhere and still in:", err)
		}
	}
}
