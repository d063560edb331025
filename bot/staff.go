package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"tanyanetral/curation"
)

// staff knows who works for the office.
type staff interface {
	ByTelegram(ctx context.Context, id int64) (curation.User, bool, error)
	// NewLink makes a one-time secret that signs the user in to the console.
	NewLink(ctx context.Context, u curation.User) (secret string, err error)
	// Redeem enrols who shows the secret of an invitation; [curation.ErrExpired],
	// and [curation.ErrState] for who is on the staff already.
	Redeem(ctx context.Context, secret string,
		by curation.User) (curation.User, string, curation.Session, error)
}

// staffDesk is the part of the curators' work that fits a chat.
type staffDesk interface {
	Inbox(ctx context.Context, f curation.Filter) (groups []curation.Group, total int, err error)
	GroupOf(ctx context.Context, id string) (curation.Group, error)
	Assign(ctx context.Context, u curation.User, group, topic string,
		wordings []string) (curation.Action, error)
	Ignore(ctx context.Context, u curation.User, group string) (curation.Action, error)
	// ReplyDraft keeps a curator's answer to a group as a proposal for review.
	ReplyDraft(ctx context.Context, u curation.User, group, text string) error
}

// Staff is what the bot needs for the office's own people.
type Staff struct {
	People  staff
	Desk    staffDesk
	Console string // public address of the console, such as "https://host"; empty: there is none
	AlertAt int    // questions of one group of which the curators are told at once; 0: of none
}

// WithStaff lets curators, investigators and admins work in Telegram.
func WithStaff(s Staff) Option {
	return func(b *Bot) {
		b.crew = &crew{Staff: s, menus: map[int64][]Command{}, told: map[string]int{},
			alarms: map[string]int{}}
	}
}

// crew is the staff and what it was told, in memory alone.
type crew struct {
	Staff

	mu     sync.Mutex // guards the rest
	users  []curation.User
	menus  map[int64][]Command // by account, as Telegram has them
	told   map[string]int      // questions of a group when the curators were told of it
	alarms map[string]int      // for the admins, with how often
	order  []string            // of the alarms
	last   time.Time           // the last round; zero: none yet
}

// may tells whether somebody has a role today. Pemeriksa is asked of nobody
// here but by itself.
func (b *Bot) may(u curation.User, roles ...curation.Role) bool {
	for _, r := range roles {
		if u.Can(r, b.dialog.today()) {
			return true
		}
	}
	return false
}

// who is the member of the staff with an account; false when it is nobody
// with one of the roles. It is asked at every step: a role may have ended.
func (b *Bot) who(ctx context.Context, account int64, roles ...curation.Role) (curation.User, bool, error) {
	u, ok, err := b.crew.People.ByTelegram(ctx, account)
	if err != nil {
		return curation.User{}, false, fmt.Errorf("look up the staff: %w", err)
	}
	return u, ok && b.may(u, roles...), nil
}

func anyRole() []curation.Role {
	return []curation.Role{curation.Kurator, curation.Pemeriksa, curation.Admin}
}

// invitePrefix begins the payload of a link that carries an invitation.
const invitePrefix = "masuk-"

// staffSays answers what concerns the staff alone; false: it does not, or the
// person is none of them, who learns nothing of it.
func (b *Bot) staffSays(ctx context.Context, u Update) (r Reply, ours bool, err error) {
	if b.crew == nil || u.ChatKind != ChatPrivate {
		return Reply{}, false, nil
	}
	if group, ok := b.answered(ctx, u); ok {
		r, err = b.draft(ctx, u, group)
		return r, true, err
	}
	secret, invited := strings.CutPrefix(u.Args, invitePrefix)
	switch {
	case u.Command == "undangan":
		r, err = b.redeem(ctx, u.User, secret)
		return r, true, err
	case u.Command == "start" && invited:
		r, err = b.redeem(ctx, u.User, secret)
		return r, true, err
	case u.Command == "konsol":
		return b.forStaff(ctx, u, b.console, anyRole()...)
	case u.Command == "antrean":
		return b.forStaff(ctx, u, b.inbox, curation.Kurator)
	}
	return Reply{}, false, nil
}

// forStaff does what a command asks for if the person may; else it is a
// command that nobody knows.
func (b *Bot) forStaff(
	ctx context.Context, u Update, do func(context.Context, curation.User) (Reply, error),
	roles ...curation.Role,
) (Reply, bool, error) {
	user, ok, err := b.who(ctx, u.User, roles...)
	if err != nil {
		return Reply{HTML: textTrouble}, true, err
	}
	if !ok {
		return Reply{}, false, nil
	}
	r, err := do(ctx, user)
	return r, true, err
}

// console gives a link to the console that works once.
func (b *Bot) console(ctx context.Context, u curation.User) (Reply, error) {
	if b.crew.Console == "" {
		return Reply{HTML: escape(textNoConsole)}, nil
	}
	secret, err := b.crew.People.NewLink(ctx, u)
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("make a link to the console: %w", err)
	}
	link := strings.TrimSuffix(b.crew.Console, "/") + "/masuk/" + secret
	return Reply{HTML: fmt.Sprintf(textConsole, escape(link))}, nil
}

// redeem enrols somebody by an invitation. One that was used by the same
// person, as when the update comes again, is as good.
func (b *Bot) redeem(ctx context.Context, account int64, secret string) (Reply, error) {
	secret = strings.TrimSpace(secret)
	if secret == "" {
		return Reply{HTML: escape(textInviteHow)}, nil
	}
	u, _, _, err := b.crew.People.Redeem(ctx, secret, curation.User{Telegram: account})
	if errors.Is(err, curation.ErrState) {
		return Reply{HTML: escape(textInviteStaff)}, nil
	}
	if isOver(err) {
		known, ok, lookup := b.who(ctx, account, anyRole()...)
		if lookup != nil || !ok {
			return Reply{HTML: escape(textInviteOver)}, lookup
		}
		u, err = known, nil
	}
	if err != nil {
		return Reply{HTML: textTrouble}, fmt.Errorf("redeem an invitation: %w", err)
	}
	if u.Telegram != account { // the link of somebody who is enrolled already
		return Reply{HTML: escape(textInviteOver)}, nil
	}
	b.crew.join(u)
	b.menus(ctx)
	return Reply{HTML: fmt.Sprintf(textInvited, escape(u.Name), escape(roleNames(u.Roles)))}, nil
}

func isOver(err error) bool {
	return errors.Is(err, curation.ErrExpired) || errors.Is(err, curation.ErrNotFound) ||
		errors.Is(err, curation.ErrForbidden)
}

func roleNames(roles []curation.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, " dan ")
}

// join takes a user into the list, in place of an earlier state.
func (c *crew) join(u curation.User) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.users {
		if c.users[i].ID == u.ID {
			c.users[i] = u
			return
		}
	}
	c.users = append(c.users, u)
}

// with are the accounts of those who have a role today.
func (b *Bot) with(role curation.Role) []int64 {
	b.crew.mu.Lock()
	defer b.crew.mu.Unlock()
	var all []int64
	for _, u := range b.crew.users {
		if u.Telegram != 0 && b.may(u, role) {
			all = append(all, u.Telegram)
		}
	}
	return all
}
