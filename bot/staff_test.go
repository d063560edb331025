package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// people are the staff of a test.
type people struct {
	mu    sync.Mutex
	users map[int64]curation.User
	codes map[string]curation.User // invitations; of who is on the staff they take none
	err   error
}

func (p *people) ByTelegram(_ context.Context, id int64) (curation.User, bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.users[id]
	return u, ok, p.err
}

func (p *people) NewLink(_ context.Context, u curation.User) (string, error) {
	return "rahasia-" + u.ID, p.err
}

func (p *people) Redeem(_ context.Context, secret string, by curation.User) (
	curation.User, string, curation.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, ok := p.codes[secret]
	if !ok {
		return curation.User{}, "", curation.Session{}, fmt.Errorf("redeem: %w", curation.ErrExpired)
	}
	if p.users[by.Telegram].Active {
		return curation.User{}, "", curation.Session{}, fmt.Errorf("redeem: %w", curation.ErrState)
	}
	delete(p.codes, secret)
	u.Telegram = by.Telegram
	p.users[by.Telegram] = u
	return u, "cookie", curation.Session{}, nil
}

// dismiss ends somebody's roles.
func (p *people) dismiss(id int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.users[id]
	u.Active = false
	p.users[id] = u
}

func (p *people) list() []curation.User {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []curation.User
	for _, u := range p.users {
		all = append(all, u)
	}
	return all
}

// bench is the curators' work in a test.
type bench struct {
	mu     sync.Mutex
	groups []curation.Group
	did    []string
	err    error
}

func (b *bench) Inbox(_ context.Context, f curation.Filter) ([]curation.Group, int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.groups[:min(f.Limit, len(b.groups))]), len(b.groups), b.err
}

func (b *bench) GroupOf(_ context.Context, id string) (curation.Group, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, g := range b.groups {
		if g.ID == id {
			return g, b.err
		}
	}
	return curation.Group{}, fmt.Errorf("group: %w", curation.ErrNotFound)
}

// close notes what was done with a group and takes it away.
func (b *bench) close(id, did string) (curation.Action, error) {
	if _, err := b.GroupOf(context.Background(), id); err != nil {
		return curation.Action{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.groups = slices.DeleteFunc(b.groups, func(g curation.Group) bool { return g.ID == id })
	b.did = append(b.did, did)
	return curation.Action{}, nil
}

func (b *bench) Assign(_ context.Context, u curation.User, group, topic string, wordings []string) (
	curation.Action, error) {
	return b.close(group, fmt.Sprintf("%s assign %s %q", u.ID, topic, wordings))
}

func (b *bench) Ignore(_ context.Context, u curation.User, group string) (curation.Action, error) {
	return b.close(group, u.ID+" ignore "+group)
}

func (b *bench) ReplyDraft(_ context.Context, u curation.User, group, text string) error {
	if _, err := b.GroupOf(context.Background(), group); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.did = append(b.did, fmt.Sprintf("%s reply %s %q", u.ID, group, text))
	return nil
}

func (b *bench) done() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.did, "; ")
}

func citra() telegramtest.User { return telegramtest.User{ID: 21, FirstName: "Citra"} }

func dewi() telegramtest.User { return telegramtest.User{ID: 22, FirstName: "Dewi"} }

// room is an office with a curator (Citra), an investigator (Dewi) and an
// employee (Ani), and two groups of questions.
type room struct {
	*office
	people *people
	bench  *bench
}

func groupID(n int) string { return fmt.Sprintf("%032x", n) }

func openRoom(t *testing.T) *room {
	o := openOffice(t, script{answers: map[string]knowledge.Answer{
		"usul saya": {Zone: knowledge.None, Normal: "usul"},
	}})
	near := []knowledge.Candidate{{Topic: "golput", Confidence: 0.4}, {Topic: "tidak-ada"},
		{Topic: "cuti-luar-tanggungan"},
		{Topic: "hak-pilih-asn"}, {Topic: "foto-bersama-calon"}}
	r := &room{o, &people{codes: map[string]curation.User{}, users: map[int64]curation.User{
		21: {ID: "citra", Name: "Citra", Telegram: 21, Roles: []curation.Role{curation.Kurator},
			Active: true},
		22: {ID: "dewi", Name: "Dewi", Telegram: 22, Roles: []curation.Role{curation.Pemeriksa},
			Active: true},
	}}, &bench{groups: []curation.Group{
		{ID: groupID(1), Count: 7, First: "2029-02-01", Last: "2029-02-11", Near: near, Waiting: 2,
			Samples: []string{"boleh ga <b> ikut rapat?", "rapat bersama relawan"}},
		{ID: groupID(2), Count: 2, First: "2029-02-10", Last: "2029-02-10", Samples: []string{"drone kampanye"}},
	}}}
	WithStaff(Staff{People: r.people, Desk: r.bench, Console: "https://konsol.contoh.go.id/",
		AlertAt: 5})(o.bot)
	for _, u := range []telegramtest.User{ani(), citra(), dewi()} {
		o.fake.Start(u)
	}
	o.settle()
	return r
}

// says writes to the bot and returns its newest message.
func (r *room) says(u telegramtest.User, text string) string {
	r.t.Helper()
	r.fake.Text(u, text)
	r.settle()
	return r.newest(u).Plain
}

func (r *room) newest(u telegramtest.User) telegramtest.Message {
	r.t.Helper()
	m, ok := r.fake.Newest(u.ID)
	if !ok {
		r.t.Fatalf("nothing was said to %s", u.FirstName)
	}
	return m
}

// press presses a button and returns the newest message and the notice.
func (r *room) press(u telegramtest.User, label string) (said, notice string) {
	r.t.Helper()
	id := r.fake.TapButton(u, u.ID, label)
	r.settle()
	a, _ := r.fake.CallbackAnswer(id)
	return r.newest(u).Plain, a.Text
}

// TestStaffCommands: to everybody but the staff they are unknown.
func TestStaffCommands(t *testing.T) {
	r := openRoom(t)
	unknown := plainText(textUnknownCommand)
	link := "https://konsol.contoh.go.id/masuk/rahasia-"
	for _, tt := range []struct {
		who        telegramtest.User
		text, want string
	}{
		{ani(), "/konsol", unknown},
		{ani(), "/antrean", unknown},
		{citra(), "/konsol", link + "citra"},
		{citra(), "/antrean", "Menunggu jawaban: 2 kelompok"},
		{dewi(), "/konsol", link + "dewi"},
		{dewi(), "/antrean", unknown},
		{ani(), "/undangan", "kode undangan"},
		{ani(), "/undangan asal", "tidak berlaku"},
		{ani(), "/start masuk-asal", "tidak berlaku"},
		{ani(), "/start masuk-", "kode undangan"},
		{ani(), "/start golput", "Boleh"},
	} {
		if got := r.says(tt.who, tt.text); !strings.Contains(got, tt.want) {
			t.Errorf("%s, %s: %q, want %q", tt.who.FirstName, tt.text, got, tt.want)
		}
	}
	if n := r.office.says(citra(), "/konsol@tanyanetral_bot", 0); n != 0 {
		t.Errorf("%d replies in a group", n)
	}
	r.people.dismiss(21)
	if got := r.says(citra(), "/konsol"); got != unknown {
		t.Errorf("after the role has ended: %q", got)
	}
	r.bot.crew.Console = ""
	if got := r.says(dewi(), "/konsol"); got != textNoConsole {
		t.Errorf("without an address: %q", got)
	}
	r.people.err = errors.New("disk is full")
	if got := r.says(dewi(), "/konsol"); got != textTrouble {
		t.Errorf("a broken store: %q", got)
	}
	r.bot.crew = nil
	if got := r.says(dewi(), "/konsol"); got != unknown {
		t.Errorf("without staff: %q", got)
	}
	if got := r.says(dewi(), "/undangan x"); got != unknown {
		t.Errorf("without staff: %q", got)
	}
}

// TestInvitation: a code works once; the same person who comes again is told
// so, and finds the commands in the menu.
func TestInvitation(t *testing.T) {
	r := openRoom(t)
	both := curation.User{ID: "ani", Name: "Ani <b>", Active: true,
		Roles: []curation.Role{curation.Kurator, curation.Pemeriksa}}
	r.people.codes["AB_c-1"], r.people.codes["kedua"] = both, r.people.users[21]
	for _, text := range []string{"/start masuk-AB_c-1", "/start masuk-AB_c-1"} {
		got := r.says(ani(), text)
		if !strings.Contains(got, "Selamat datang, Ani <b>") ||
			!strings.Contains(got, "kurator dan pemeriksa") {
			t.Errorf("%s: %q", text, got)
		}
	}
	if got := r.says(telegramtest.User{ID: 12, FirstName: "Budi"}, "/undangan AB_c-1"); got != textInviteOver {
		t.Errorf("another with the same code: %q", got)
	}
	if got := r.says(citra(), "/undangan kedua"); got != textInviteStaff || len(r.people.codes) != 1 {
		t.Errorf("of somebody who is on the staff: %q", got)
	}
	r.people.dismiss(citra().ID)
	if got := r.says(citra(), "/undangan kedua"); !strings.Contains(got, "Selamat datang") {
		t.Errorf("by command: %q", got)
	}
	if menu := fmt.Sprint(r.fake.Commands("chat:11", "")); !strings.Contains(menu, "antrean") {
		t.Errorf("menu %s", menu)
	}
}

// TestCuratorsWork goes from the list to each decision in at most five taps.
func TestCuratorsWork(t *testing.T) {
	r := openRoom(t)
	r.says(citra(), "/antrean")
	said, _ := r.press(citra(), "1. (7×)")
	for _, want := range []string{
		"7 pertanyaan serupa", "1 Februari 2029 sampai 11 Februari 2029", "• boleh ga <b> ikut rapat?", "2 orang",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	checkWireButtons(t, r.newest(citra()))
	golput := r.bot.dialog.ask.Base().Topic("golput").Title
	said, _ = r.press(citra(), labelAssign+string([]rune(golput)[:20]))
	if !strings.Contains(said, golput) ||
		r.bench.done() != `citra assign golput ["boleh ga <b> ikut rapat?" "rapat bersama relawan"]` {
		t.Errorf("after the third tap: %q, %s", said, r.bench.done())
	}
	said, _ = r.press(citra(), labelInbox)
	if !strings.Contains(said, "1 kelompok") {
		t.Errorf("the rest: %q", said)
	}
	r.press(citra(), "1. (2×)")
	before := r.fake.Sent(21)
	said, _ = r.press(citra(), labelConsole)
	if !strings.Contains(said, "/masuk/rahasia-citra") || r.fake.Sent(21) != before+1 {
		t.Errorf("the console: %q", said)
	}
	said, _ = r.press(citra(), labelIgnore)
	if !strings.HasSuffix(r.bench.done(), "citra ignore "+groupID(2)) {
		t.Errorf("ignored: %q, %s", said, r.bench.done())
	}
	if got := r.says(citra(), "/antrean"); got != textInboxEmpty {
		t.Errorf("an empty list: %q", got)
	}
	if n := len(r.fake.Unanswered()); n != 0 {
		t.Errorf("%d buttons keep glowing", n)
	}
}

func checkWireButtons(t *testing.T, m telegramtest.Message) {
	t.Helper()
	for _, row := range m.Buttons() {
		for _, b := range row {
			if len(b.Data) > maxData || b.Data == "" || len([]rune(b.Text)) > maxLabel {
				t.Errorf("button %q has the data %q", b.Text, b.Data)
			}
		}
	}
	if len(m.Buttons()) < 5 { // three topics, a row of decisions, a row that leads on
		t.Errorf("%d rows of buttons", len(m.Buttons()))
	}
}

// TestCuratorAnswers: the reply to the bot's message becomes a proposal, and
// nothing of it a question.
func TestCuratorAnswers(t *testing.T) {
	r := openRoom(t)
	r.says(citra(), "/antrean")
	r.press(citra(), "1. (7×)")
	r.press(citra(), labelAnswerQ)
	ask := r.newest(citra())
	if !ask.ForcesReply() || !strings.HasSuffix(ask.Plain, answerMark+groupID(1)) {
		t.Fatalf("asked %q, forced %v", ask.Plain, ask.ForcesReply())
	}
	reply := func(u telegramtest.User, text string, to int) string {
		t.Helper()
		r.fake.TextIn(telegramtest.Chat{ID: u.ID}, u, text, telegramtest.TextOpts{ReplyTo: to})
		r.settle()
		return r.newest(u).Plain
	}
	if got := reply(citra(), "usul saya", ask.ID); got != textAnswerKept {
		t.Errorf("answered %q", got)
	}
	mine := r.fake.Messages(21)
	for _, m := range slices.Backward(mine) {
		if m.From.ID == 21 {
			r.fake.Edit(citra(), 21, m.ID, "usul lain")
			break
		}
	}
	r.settle()
	if got := r.newest(citra()).Plain; got != textAnswerEdited {
		t.Errorf("edited: %q", got)
	}
	if got := reply(citra(), "/bantuan", ask.ID); got != textAnswerText {
		t.Errorf("a command: %q", got)
	}
	want := "citra reply " + groupID(1) + ` "usul saya"`
	if r.bench.done() != want || len(r.notes.gaps) != 0 {
		t.Errorf("kept %s, want %s; logged %+v", r.bench.done(), want, r.notes.gaps)
	}
	r.bench.close(groupID(1), "gone")
	if got := reply(citra(), "usul saya", ask.ID); got != textGroupGone {
		t.Errorf("a group that is gone: %q", got)
	}
	r.people.dismiss(21)
	if got := reply(citra(), "usul saya", ask.ID); got != textStaffOnly || len(r.notes.gaps) != 0 {
		t.Errorf("after the role has ended: %q, %+v", got, r.notes.gaps)
	}
	// A message of the person's own with the mark is no message of the bot's.
	r.fake.Text(ani(), "x\n"+answerMark+groupID(2))
	r.settle()
	if got := reply(ani(), "usul saya", 2); !strings.Contains(got, "belum ada jawaban") {
		t.Errorf("a forged mark: %q", got)
	}
}

// TestStaffTapsAreChecked: at every tap, whoever presses, in whatever state.
func TestStaffTapsAreChecked(t *testing.T) {
	r := openRoom(t)
	r.says(citra(), "/antrean")
	list := r.newest(citra())
	tap := func(u telegramtest.User, data string) string {
		t.Helper()
		id := r.fake.Tap(u, u.ID, list.ID, data)
		r.settle()
		a, _ := r.fake.CallbackAnswer(id)
		return a.Text
	}
	group := groupID(1)
	for _, verb := range []string{verbGroup, verbAssign, verbAnswerQ, verbIgnore, verbInbox, verbConsole} {
		d := "v1:" + verb + ":" + group + ":" + topicMark("golput")
		if got := tap(ani(), d); got != textStale {
			t.Errorf("an employee presses %s: %q", verb, got)
		}
		if got := tap(dewi(), d); (got != textStale) != (verb == verbConsole) {
			t.Errorf("an investigator presses %s: %q", verb, got)
		}
	}
	if r.bench.done() != "" {
		t.Errorf("done: %s", r.bench.done())
	}
	if got := tap(citra(), "v1:za:"+group+":ffff"); got != textNearChanged {
		t.Errorf("a topic that is not near: %q", got)
	}
	tap(citra(), "v1:zg:tidak-ada:")
	if got := r.newest(citra()).Plain; got != textGroupGone {
		t.Errorf("a group that is gone: %q", got)
	}
	r.bench.err = curation.ErrForbidden
	if got := tap(citra(), "v1:zg:"+group+":"); got != textStale {
		t.Errorf("refused: %q", got)
	}
	r.bench.err = errors.New("disk is full")
	if got := tap(citra(), "v1:zg:"+group+":"); got != textTrouble {
		t.Errorf("a broken store: %q", got)
	}
	r.bench.err = nil
	r.people.dismiss(21)
	if got := tap(citra(), "v1:zi:"+group+":"); got != textStale || r.bench.done() != "" {
		t.Errorf("after the role has ended: %q, %s", got, r.bench.done())
	}
	r.bot.crew = nil
	if got := tap(citra(), "v1:zi:"+group+":"); got != textStale {
		t.Errorf("without staff: %q", got)
	}
}

// TestMenusOfTheStaff: everybody finds the commands of the own roles, and loses
// them with the roles.
func TestMenusOfTheStaff(t *testing.T) {
	r := openRoom(t)
	names := func(account int) string {
		var all []string
		for _, c := range r.fake.Commands(fmt.Sprintf("chat:%d", account), "") {
			all = append(all, c.Command)
		}
		return strings.Join(all, " ")
	}
	stranger := curation.User{ID: "baru", Telegram: 99, Roles: []curation.Role{curation.Kurator},
		Active: true}
	r.bot.SetStaff(limited(t), append(r.people.list(), stranger)) // has not opened the bot
	if !strings.HasPrefix(names(21), "antrean konsol bantuan") ||
		!strings.HasPrefix(names(22), "konsol bantuan") {
		t.Errorf("menus %q and %q", names(21), names(22))
	}
	calls := r.fake.Counts()["setMyCommands"]
	r.bot.SetStaff(limited(t), r.people.list())
	if n := r.fake.Counts()["setMyCommands"]; n != calls {
		t.Errorf("%d calls more, though nothing has changed", n-calls)
	}
	r.people.dismiss(21)
	var rest []curation.User
	for _, u := range r.people.list() {
		if u.ID != "dewi" { // removed from the list altogether
			rest = append(rest, u)
		}
	}
	r.bot.SetStaff(limited(t), rest)
	if names(21) != "" || names(22) != "" {
		t.Errorf("after the roles have ended: %q and %q", names(21), names(22))
	}
	deputy := curation.User{ID: "x", Telegram: 21, Roles: []curation.Role{curation.Kurator},
		Until: "2029-02-12", Active: true}
	r.bot.SetStaff(limited(t), []curation.User{deputy})
	if !strings.Contains(names(21), "antrean") {
		t.Errorf("a deputy on the last day: %q", names(21))
	}
	r.bot.dialog.now = day("2029-02-13")
	if err := r.bot.Round(limited(t)); err != nil || names(21) != "" {
		t.Errorf("a deputy a day later: %q, %v", names(21), err)
	}
	r.bot.crew = nil
	r.bot.SetStaff(limited(t), nil)
}

// TestRounds: what the staff is told, and when.
func TestRounds(t *testing.T) {
	r := openRoom(t)
	admin := curation.User{ID: "eka", Telegram: ani().ID, Roles: []curation.Role{curation.Admin},
		Active: true}
	r.bot.SetStaff(limited(t), append(r.people.list(), admin))
	at := func(clock string) {
		t.Helper()
		now, err := time.Parse("2006-01-02 15:04", clock)
		if err != nil {
			t.Fatal(err)
		}
		r.bot.dialog.now = func() time.Time { return now }
		if err := r.bot.Round(limited(t)); err != nil {
			t.Fatal(err)
		}
	}
	sent := func() [3]int { return [3]int{r.fake.Sent(11), r.fake.Sent(21), r.fake.Sent(22)} }
	before := sent()
	step := func(what string, admins, curators int) {
		t.Helper()
		want := [3]int{before[0] + admins, before[1] + curators, before[2]}
		if got := sent(); got != want {
			t.Errorf("%s: sent %v, want %v", what, got, want)
		}
		before = sent()
	}
	at("2029-02-12 07:50")
	step("the first round only counts", 0, 0)
	r.bot.AlertAdmins("Cadangan terlalu lama.")
	r.bot.AlertAdmins("Cadangan terlalu lama.")
	r.bot.AlertAdmins(Alert{7, KindTap, "panic"}.Text())
	step("before the next round", 0, 0)
	at("2029-02-12 07:55")
	step("alarms go to admins", 1, 0)
	if got := r.newest(ani()).Plain; !strings.Contains(got, "lama. (2×)") ||
		!strings.Contains(got, "disisihkan: panic") {
		t.Errorf("alarms: %q", got)
	}
	at("2029-02-12 08:00")
	step("the digest at eight, to the admin as well, who is a curator too", 1, 1)
	if got := r.newest(citra()).Plain; !strings.Contains(got, "2 kelompok pertanyaan") {
		t.Errorf("the digest: %q", got)
	}
	at("2029-02-12 08:10")
	step("once a day", 0, 0)
	r.bench.groups[0].Count, r.bench.groups[1].Count = 13, 5
	at("2029-02-12 09:00")
	step("a group that has grown", 1, 1)
	if got := r.newest(citra()).Plain; !strings.Contains(got, "5 pertanyaan serupa") {
		t.Errorf("news: %q", got)
	}
	r.bench.groups[0].Count = 14
	at("2029-02-12 09:10")
	step("one that has doubled", 1, 1)
	at("2029-02-12 09:20")
	step("nothing new", 0, 0)
	at("2029-02-13 08:30")
	step("the next day", 1, 1)
	r.bench.groups = nil
	at("2029-02-14 08:30")
	step("a digest of nothing", 0, 0)
	r.bench.err = errors.New("disk is full")
	if err := r.bot.Round(limited(t)); !errors.Is(err, r.bench.err) {
		t.Errorf("a broken store: %v", err)
	}
	for i := range alarmsMost + 2 {
		r.bot.AlertAdmins(fmt.Sprint("Nomor ", i))
	}
	if lines := r.bot.crew.takeAlarms(); len(lines) != alarmsMost+1 ||
		!strings.Contains(lines[alarmsMost], "dan 2 lagi") {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	r.bot.crew = nil
	r.bot.AlertAdmins("x")
	if err := r.bot.Round(limited(t)); err != nil {
		t.Errorf("without staff: %v", err)
	}
}
