package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"tanyanetral/curation"
)

// Numbers of what the staff is told.
const (
	digestHour = 8  // of the office's day, when the working day begins
	alarmsMost = 20 // different sentences for the admins in one message
	newsMost   = 3  // groups of which the curators are told in one round
	newsLook   = 50 // groups that are looked at for it
)

// AlertAdmins tells the admins in Telegram of something about the program
// itself; text is a sentence without a word of anybody's. Sentences go out
// together with the next [Bot.Round], equal ones once.
func (b *Bot) AlertAdmins(text string) {
	if b.crew == nil {
		return
	}
	b.crew.mu.Lock()
	defer b.crew.mu.Unlock()
	if b.crew.alarms[text]++; b.crew.alarms[text] == 1 {
		b.crew.order = append(b.crew.order, text)
	}
}

// Text tells an admin of the update that was set aside.
func (a Alert) Text() string {
	return fmt.Sprintf("Satu pembaruan (%s) tidak dapat diproses dan disisihkan: %s.", a.Kind, a.Class)
}

// Round does what the staff is to be told now and then: alarms to the admins,
// groups of questions that have grown big, and once a day, at eight, how many
// wait. It is called every few minutes, by one goroutine: all that happened
// between two calls goes out together, so that it tells nobody who was online.
func (b *Bot) Round(ctx context.Context) error {
	if b.crew == nil {
		return nil
	}
	b.menus(ctx)
	now := b.dialog.now().In(b.dialog.set.Zone)
	b.crew.mu.Lock()
	last := b.crew.last
	b.crew.last = now
	b.crew.mu.Unlock()
	b.alarm(ctx)
	problems := []error{b.grown(ctx, last.IsZero())}
	eight := time.Date(now.Year(), now.Month(), now.Day(), digestHour, 0, 0, 0, now.Location())
	if !last.IsZero() && last.Before(eight) && !now.Before(eight) {
		problems = append(problems, b.digest(ctx))
	}
	return errors.Join(problems...)
}

// alarm sends what waits for the admins.
func (b *Bot) alarm(ctx context.Context) {
	lines := b.crew.takeAlarms()
	if len(lines) == 0 {
		return
	}
	html := bold(textAlarms) + "\n" + escape(strings.Join(lines, "\n"))
	b.tellAll(ctx, curation.Admin, Reply{HTML: html})
}

// takeAlarms returns the alarms, one a line, and begins anew.
func (c *crew) takeAlarms() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var lines []string
	for _, text := range c.order[:min(alarmsMost, len(c.order))] {
		line := "• " + text
		if n := c.alarms[text]; n > 1 {
			line += fmt.Sprintf(" (%d×)", n)
		}
		lines = append(lines, line)
	}
	if more := len(c.order) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("• dan %d lagi; lihat catatan program.", more))
	}
	clear(c.alarms)
	c.order = nil
	return lines
}

// tellAll sends a message to everybody with a role. What does not arrive is
// told to the operator and let go.
func (b *Bot) tellAll(ctx context.Context, role curation.Role, r Reply) {
	for _, account := range b.with(role) {
		if err := b.send(ctx, account, 0, r); err != nil && ctx.Err() == nil {
			b.log.Warn("bot: a message to the staff did not arrive", "error", err)
		}
	}
}

// grown tells the curators of the groups that have reached the number, and
// again when they have doubled. The first look after a start only counts.
func (b *Bot) grown(ctx context.Context, first bool) error {
	if b.crew.AlertAt <= 0 {
		return nil
	}
	groups, _, err := b.crew.Desk.Inbox(ctx, curation.Filter{Limit: newsLook})
	if err != nil {
		return fmt.Errorf("look for questions that many ask: %w", err)
	}
	for _, g := range b.crew.news(groups, first) {
		b.tellAll(ctx, curation.Kurator, b.groupPage(g))
	}
	return nil
}

// news picks the groups of which the curators have not heard, and forgets
// those that are no longer there.
func (c *crew) news(groups []curation.Group, first bool) []curation.Group {
	c.mu.Lock()
	defer c.mu.Unlock()
	told := map[string]int{}
	var all []curation.Group
	for _, g := range groups {
		before, known := c.told[g.ID]
		switch {
		case g.Count < c.AlertAt:
		case known && g.Count < 2*before:
			told[g.ID] = before
		case first:
			told[g.ID] = g.Count
		case len(all) < newsMost:
			told[g.ID] = g.Count
			all = append(all, g)
		}
	}
	c.told = told
	return all
}

// digest tells the curators how many questions wait.
func (b *Bot) digest(ctx context.Context) error {
	groups, total, err := b.crew.Desk.Inbox(ctx, curation.Filter{Limit: inboxMost})
	if err != nil {
		return fmt.Errorf("count what waits for the curators: %w", err)
	}
	if total > 0 {
		b.tellAll(ctx, curation.Kurator, inboxPage(textDigest, groups, total))
	}
	return nil
}
