package curation

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"
)

// How long what opens the console is good. A working day; the design's ten
// minutes for a link; a day to pass an invitation on.
const (
	SessionLife = 8 * time.Hour
	linkLife    = 10 * time.Minute
	InviteLife  = 24 * time.Hour
)

// NewLink returns the secret of a link that signs the user in, good once
// within linkLife.
func (s *Staff) NewLink(ctx context.Context, u User) (string, error) {
	if !s.present(u) {
		return "", fmt.Errorf("link: %w", ErrForbidden)
	}
	secret := newSecret()
	l := Link{Hash: hashOf(secret), Kind: LinkSignIn, User: u.ID, Expires: s.now().Add(linkLife)}
	if err := s.store.AddLink(ctx, l); err != nil {
		return "", wrap("link", err)
	}
	s.audit(ctx, u, "link", u.ID)
	return secret, nil
}

// LinkFor is NewLink for a user named by id, for the operator of the server.
func (s *Staff) LinkFor(ctx context.Context, userID string) (string, error) {
	u, err := s.user(ctx, userID)
	if err != nil {
		return "", wrap("link", err)
	}
	return s.NewLink(ctx, u)
}

// Redeem turns the secret of a link into a session and returns the cookie of
// it. It works once: ErrExpired afterwards, and for what never was. by is who
// shows it, as far as that is known: the account in Telegram, or the user who
// sits at the browser already. Who is on the staff already gets ErrState for an
// invitation, which stays good for whom it is meant: roles are changed by
// SetRoles.
func (s *Staff) Redeem(ctx context.Context, secret string, by User) (User, string, Session, error) {
	fail := func(err error) (User, string, Session, error) {
		return User{}, "", Session{}, wrap("redeem", err)
	}
	hash := hashOf(secret)
	l, err := s.store.TakeLink(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return fail(ErrExpired)
	}
	if err != nil {
		return fail(err)
	}
	if subtle.ConstantTimeCompare(hash, l.Hash) != 1 || !s.now().Before(l.Expires) {
		return fail(ErrExpired)
	}
	u, err := s.comer(ctx, l, by)
	if err != nil && !errors.Is(err, ErrExpired) { // nobody came in by it
		err = errors.Join(err, s.store.AddLink(context.WithoutCancel(ctx), l))
	}
	if err != nil {
		return fail(err)
	}
	if !s.present(u) {
		return fail(ErrExpired)
	}
	cookie := newSecret()
	session := Session{Hash: hashOf(cookie), User: u.ID, Form: newSecret(), Expires: s.now().Add(SessionLife)}
	if err := s.store.AddSession(ctx, session); err != nil {
		return fail(err)
	}
	s.audit(ctx, u, "sign-in", u.ID)
	return u, cookie, session, nil
}

// comer is whom a link lets in.
func (s *Staff) comer(ctx context.Context, l Link, by User) (User, error) {
	if l.Kind == LinkSignIn {
		u, err := s.user(ctx, l.User)
		if errors.Is(err, ErrNotFound) {
			err = ErrExpired
		}
		return u, err
	}
	if by.ID != "" && s.present(by) {
		return User{}, ErrState
	}
	if err := s.changing.enter(ctx); err != nil {
		return User{}, err
	}
	defer s.changing.leave()
	inviter, err := s.user(ctx, l.User)
	if err != nil || !inviter.Can(Admin, s.today()) {
		return User{}, errors.Join(ErrExpired, err) // who invited may not do so any more
	}
	u := User{ID: newID(), Name: l.Name, Telegram: by.Telegram, Roles: l.Roles, Until: l.Until, Active: true}
	if by.Telegram != 0 {
		known, err := s.store.UserByTelegram(ctx, by.Telegram)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return User{}, err
		}
		if err == nil && s.present(known) {
			return User{}, ErrState
		}
		if err == nil {
			u.ID = known.ID // comes back, with the roles of the invitation alone
		}
	}
	if err := s.store.PutUser(ctx, u); err != nil {
		return User{}, err
	}
	s.audit(ctx, inviter, "user.join", u.ID)
	return u, nil
}

// Session returns who sits at a browser, by its cookie: ErrExpired when the
// session ended or the user may not act any more.
func (s *Staff) Session(ctx context.Context, cookie string) (User, Session, error) {
	fail := func(err error) (User, Session, error) { return User{}, Session{}, wrap("session", err) }
	hash := hashOf(cookie)
	session, err := s.store.SessionByHash(ctx, hash)
	if errors.Is(err, ErrNotFound) {
		return fail(ErrExpired)
	}
	if err != nil {
		return fail(err)
	}
	if subtle.ConstantTimeCompare(hash, session.Hash) != 1 || !s.now().Before(session.Expires) {
		return fail(ErrExpired)
	}
	u, err := s.user(ctx, session.User)
	if errors.Is(err, ErrNotFound) || err == nil && !s.present(u) {
		return fail(ErrExpired)
	}
	if err != nil {
		return fail(err)
	}
	return u, session, nil
}

// SignOut ends the session of a cookie.
func (s *Staff) SignOut(ctx context.Context, cookie string) error {
	err := s.store.DropSession(ctx, hashOf(cookie))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return wrap("sign out", err)
}

// SignOutEverywhere ends all sessions of a user, and the links by which one
// could still begin.
func (s *Staff) SignOutEverywhere(ctx context.Context, userID string) error {
	return wrap("sign out everywhere", s.store.DropSessions(ctx, userID))
}
