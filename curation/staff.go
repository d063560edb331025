package curation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"tanyanetral/knowledge"
)

// staffStore keeps the staff.
type staffStore interface {
	userStore
	linkStore
	sessionStore
	auditStore
}

// userStore keeps the users, those who left too. UserByTelegram returns
// ErrNotFound for an account of nobody.
type userStore interface {
	PutUser(ctx context.Context, u User) error
	Users(ctx context.Context) ([]User, error)
	UserByTelegram(ctx context.Context, id int64) (User, error)
}

// linkStore keeps one-time links. TakeLink returns a link to one caller only
// and forgets it; to others it returns ErrNotFound.
type linkStore interface {
	AddLink(ctx context.Context, l Link) error
	TakeLink(ctx context.Context, hash []byte) (Link, error)
}

// sessionStore keeps signed-in browsers. DropSessions ends all of a user, and
// forgets the user's links that sign in; invitations stay.
type sessionStore interface {
	AddSession(ctx context.Context, s Session) error
	SessionByHash(ctx context.Context, hash []byte) (Session, error)
	DropSession(ctx context.Context, hash []byte) error
	DropSessions(ctx context.Context, user string) error
}

// Staff is who may come in and what they may do. It may be used by many
// goroutines at once.
type Staff struct {
	log      *slog.Logger
	store    staffStore
	now      func() time.Time
	changing gate // one change of users at a time, so that an admin is left
}

// NewStaff makes the staff over its store. Days are those of now's time zone.
func NewStaff(log *slog.Logger, store staffStore, now func() time.Time) *Staff {
	return &Staff{log: log, store: store, now: now, changing: newGate()}
}

func (s *Staff) today() knowledge.Day { return knowledge.DayOf(s.now()) }

// EnsureAdmins makes the accounts of the settings active admins without an
// end. It takes nobody's roles away.
func (s *Staff) EnsureAdmins(ctx context.Context, telegram []int64) error {
	if err := s.changing.enter(ctx); err != nil {
		return wrap("admins of the settings", err)
	}
	defer s.changing.leave()
	for _, id := range telegram {
		u, err := s.store.UserByTelegram(ctx, id)
		switch {
		case errors.Is(err, ErrNotFound):
			u = User{ID: newID(), Name: "Admin", Telegram: id}
		case err != nil:
			return wrap("admins of the settings", err)
		case u.lasting():
			continue
		}
		if !u.Active || u.Until != "" {
			u.Roles = nil // what had ended, or has an end, does not go on without one
		}
		u.Active, u.Until, u.Roles = true, "", united(u.Roles, []Role{Admin})
		if err := s.store.PutUser(ctx, u); err != nil {
			return wrap("admins of the settings", err)
		}
		s.audit(ctx, User{}, "user.admin", u.ID)
	}
	return nil
}

// ByTelegram returns the user with an account in Telegram who may act today.
func (s *Staff) ByTelegram(ctx context.Context, id int64) (User, bool, error) {
	u, err := s.store.UserByTelegram(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return User{}, false, nil
	}
	if err != nil {
		return User{}, false, wrap("user by account", err)
	}
	return u, s.present(u), nil
}

// Users returns the whole staff, those who left too.
func (s *Staff) Users(ctx context.Context) ([]User, error) {
	all, err := s.store.Users(ctx)
	return all, wrap("users", err)
}

// present reports whether the user has any role today.
func (s *Staff) present(u User) bool {
	return slices.ContainsFunc(roles(), func(r Role) bool { return u.Can(r, s.today()) })
}

func (s *Staff) user(ctx context.Context, id string) (User, error) {
	all, err := s.store.Users(ctx)
	if err != nil {
		return User{}, err
	}
	i := slices.IndexFunc(all, func(u User) bool { return u.ID == id })
	if i < 0 {
		return User{}, fmt.Errorf("user: %w", ErrNotFound)
	}
	return all[i], nil
}

// SetRoles changes what a user may do, until when, and whether at all. Who
// loses a role is signed out everywhere. The last admin without an end stays.
func (s *Staff) SetRoles(ctx context.Context, admin User, userID string, given []Role, until knowledge.Day,
	active bool,
) error {
	if err := s.mayEnrol(admin, given, until); err != nil {
		return err
	}
	if err := s.changing.enter(ctx); err != nil {
		return wrap("set roles", err)
	}
	defer s.changing.leave()
	all, err := s.store.Users(ctx)
	if err != nil {
		return wrap("set roles", err)
	}
	i := slices.IndexFunc(all, func(u User) bool { return u.ID == userID })
	if i < 0 {
		return wrap("set roles", ErrNotFound)
	}
	old := all[i]
	all[i].Roles, all[i].Until, all[i].Active = united(nil, given), until, active
	if old.lasting() && !slices.ContainsFunc(all, User.lasting) {
		return wrap("set roles", ErrLastAdmin)
	}
	if err := s.store.PutUser(ctx, all[i]); err != nil {
		return wrap("set roles", err)
	}
	s.audit(ctx, admin, "user.roles", userID)
	if s.loses(old, all[i]) {
		return wrap("end the sessions", s.store.DropSessions(ctx, userID))
	}
	return nil
}

// loses reports whether a user can less than before.
func (s *Staff) loses(old, next User) bool {
	return slices.ContainsFunc(roles(), func(r Role) bool {
		return old.Can(r, s.today()) && !next.Can(r, s.today())
	})
}

// lasting reports whether the user is an admin without an end.
func (u User) lasting() bool { return u.Active && u.Until == "" && slices.Contains(u.Roles, Admin) }

func roles() []Role { return []Role{Kurator, Pemeriksa, Admin} }

// united returns the roles of both, each once, in the order of roles.
func united(a, b []Role) []Role {
	return slices.DeleteFunc(roles(), func(r Role) bool {
		return !slices.Contains(a, r) && !slices.Contains(b, r)
	})
}

// mayEnrol refuses who is no admin, roles that do not exist and ends that are
// no days.
func (s *Staff) mayEnrol(admin User, given []Role, until knowledge.Day) error {
	if !admin.Can(Admin, s.today()) {
		return fmt.Errorf("enrol: %w", ErrForbidden)
	}
	unknown := slices.ContainsFunc(given, func(r Role) bool { return !slices.Contains(roles(), r) })
	if unknown || until != "" && !until.Valid() {
		return fmt.Errorf("enrol with unknown role or day: %w", ErrInvalid)
	}
	return nil
}

// Invite returns the secret of an invitation for a new user, good once within
// InviteLife. It is kept nowhere: what is not passed on is lost.
func (s *Staff) Invite(ctx context.Context, admin User, name string, given []Role, until knowledge.Day,
) (string, error) {
	const longest = 80 // characters: a name with titles
	if err := s.mayEnrol(admin, given, until); err != nil {
		return "", err
	}
	name = knowledge.OneLine(name)
	if name == "" || utf8.RuneCountInString(name) > longest || len(given) == 0 ||
		until != "" && until < s.today() {
		return "", fmt.Errorf("invite: a name, a role and a day to come are needed: %w", ErrInvalid)
	}
	secret := newSecret()
	l := Link{
		Hash: hashOf(secret), Kind: LinkInvite, User: admin.ID, Name: name, Roles: united(nil, given),
		Until: until, Expires: s.now().Add(InviteLife),
	}
	if err := s.store.AddLink(ctx, l); err != nil {
		return "", wrap("invite", err)
	}
	s.audit(ctx, admin, "user.invite", "")
	return secret, nil
}

// audit records an act; a record that fails is told to the operator.
func (s *Staff) audit(ctx context.Context, u User, act, object string) {
	line := AuditLine{At: s.now(), User: u.ID, Act: act, Object: object}
	if err := s.store.AddAudit(context.WithoutCancel(ctx), line); err != nil {
		s.log.Error("staff: an act was not recorded", "act", act, "error", err)
	}
}
