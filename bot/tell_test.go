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

// waitBook remembers who waits for what.
type waitBook struct {
	mu   sync.Mutex
	rows map[int64][]string // chat to "gap until"
	err  error
}

func (w *waitBook) AddWait(_ context.Context, chat int64, gap string, until knowledge.Day) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	if w.rows == nil {
		w.rows = map[int64][]string{}
	}
	w.rows[chat] = append(w.rows[chat], gap+" "+string(until))
	return nil
}

func (w *waitBook) ForgetChat(_ context.Context, chat int64) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.rows[chat])
	delete(w.rows, chat)
	return n, w.err
}

func (w *waitBook) of(chat int64) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.rows[chat])
}

// TestTellMe plays the whole of it: offered, asked, refused, agreed, erased.
func TestTellMe(t *testing.T) {
	base := loadBase(t)
	book := &waitBook{}
	o := openOffice(t, script{base: base, answers: map[string]knowledge.Answer{
		"rapat": {Zone: knowledge.None, Normal: "rapat"},
		"foto":  {Zone: knowledge.Menu, Menu: []string{"foto-bersama-calon", "pose-jari-simbol"}},
	}})
	o.bot.dialog.set.Waits = book
	newest := func() telegramtest.Message {
		m, _ := o.fake.Newest(ani().ID)
		return m
	}
	press := func(label string) {
		t.Helper()
		o.fake.TapButton(ani(), ani().ID, label)
		o.settle()
	}
	o.fake.Text(ani(), "rapat")
	o.settle()
	press(labelTell)
	for _, want := range []string{"terenkripsi", "60 hari", "13 April 2029", "/hapus",
		"begitu Anda dikabari"} {
		if !strings.Contains(newest().Plain, want) {
			t.Errorf("the consent does not say %q:\n%s", want, newest().Plain)
		}
	}
	press(labelTellNo)
	if len(book.of(ani().ID)) != 0 || newest().Plain != textTellNo {
		t.Errorf("after a no: %q, %q", book.of(ani().ID), newest().Plain)
	}
	press(labelTell)
	press(labelTellYes)
	o.fake.Text(ani(), "foto")
	o.settle()
	press(labelNotIt)
	press(labelTell)
	press(labelTellYes)
	want := []string{gapID(1) + " 2029-04-13", gapID(2) + " 2029-04-13"}
	if got := book.of(ani().ID); !slices.Equal(got, want) || !strings.Contains(newest().Plain, "/hapus") {
		t.Errorf("kept %q, want %q; said %q", got, want, newest().Plain)
	}
	o.fake.Text(ani(), "/hapus")
	o.settle()
	if got := newest().Plain; len(book.of(ani().ID)) != 0 || !strings.Contains(got, "Sudah dihapus: 2") {
		t.Errorf("left %q, said %q", book.of(ani().ID), got)
	}
	if n := len(o.bot.memory.answers.values) + len(o.bot.memory.first.values); n != 1 { // of /hapus itself
		t.Errorf("%d messages are remembered", n)
	}
	o.fake.Text(ani(), "/hapus")
	o.settle()
	if got := newest().Plain; !strings.Contains(got, "tidak ada yang tersimpan") {
		t.Errorf("nothing to erase: %q", got)
	}
	if n := len(o.fake.Unanswered()); n != 0 {
		t.Errorf("%d buttons keep glowing", n)
	}
}

// TestTellIsOffered: only where somebody can be told, and not under a reply to
// an update that came before.
func TestTellIsOffered(t *testing.T) {
	answers := map[string]knowledge.Answer{
		"apa": {Zone: knowledge.None, Normal: "apa"}, "gaji": {Zone: knowledge.None, Category: &knowledge.Category{}},
	}
	offered := func(r Reply) bool { return strings.Contains(fmt.Sprint(r.Buttons), "v1:w:") }
	for _, tt := range []struct {
		name, text string
		waits      waits
		again      bool
		want       bool
	}{
		{"a gap", "apa", &waitBook{}, false, true},
		{"no store", "apa", nil, false, false},
		{"another subject", "gaji", &waitBook{}, false, false},
		{"nothing to read", "🙂", &waitBook{}, false, false},
		{"an update that comes again", "apa", &waitBook{}, true, false},
	} {
		n := &notebook{seen: map[int64]bool{}}
		d := newTestDialog(t, script{answers: answers}, n, Settings{Waits: tt.waits})
		r, err := d.Text(t.Context(), 7, tt.text)
		if tt.again {
			r, err = d.Text(t.Context(), 7, tt.text)
		}
		if err != nil || offered(r) != tt.want {
			t.Errorf("%s: %+v, %v; want an offer: %v", tt.name, r, err, tt.want)
		}
		checkButtons(t, tt.name, r)
		if r, err = d.Public(t.Context(), 8, tt.text, Self{}.link); err != nil || offered(r) {
			t.Errorf("%s in a group: %+v, %v", tt.name, r, err)
		}
	}
	d := newTestDialog(t, script{answers: answers}, nil, Settings{Waits: &waitBook{}})
	if r, err := d.Text(t.Context(), 7, "apa"); err != nil || offered(r) {
		t.Errorf("without a log: %+v, %v", r, err)
	}
}

func TestForgedTells(t *testing.T) {
	book := &waitBook{}
	d := newTestDialog(t, script{}, &notebook{}, Settings{Waits: book})
	id := gapID(10)
	for _, p := range []Press{
		{Chat: 11, Data: "v1:wy::"}, {Chat: 11, Data: "v1:wy:golput:"}, {Chat: 11, Data: "v1:wy:" + id + "0:"},
		{Chat: 11, Data: "v1:w:" + strings.ToUpper(id[:31]) + "A:"}, {Chat: 11, Data: "v1:wn:" + id[1:] + "g:"},
		{Data: "v1:wy:" + id + ":"}, {Data: "v1:w:" + id + ":"}, {Data: "v1:wn:" + id + ":"},
	} {
		if r, err := d.Tap(t.Context(), p); err != nil || r.HTML != "" || r.Toast != textStale {
			t.Errorf("%+v: %+v, %v", p, r, err)
		}
	}
	book.err = fmt.Errorf("add wait: %w", curation.ErrNotFound)
	yes := Press{Chat: 11, Data: data(verbTellYes, id, "")}
	if r, err := d.Tap(t.Context(), yes); err != nil || r.HTML != textTellGone {
		t.Errorf("a question that is gone: %+v, %v", r, err)
	}
	book.err = errors.New("disk is full")
	if r, err := d.Tap(t.Context(), yes); !errors.Is(err, book.err) || r.Toast != textTrouble {
		t.Errorf("a broken store: %+v, %v", r, err)
	}
	b := NewBot(silent(), nil, d)
	if r, err := b.erase(t.Context(), 11); !errors.Is(err, book.err) || r.HTML != textTrouble {
		t.Errorf("a broken store: %+v, %v", r, err)
	}
}

func TestTell(t *testing.T) {
	o := openOffice(t, script{})
	o.fake.Start(ani())
	for _, chat := range []int64{ani().ID, 12} {
		o.fake.Know(telegramtest.User{ID: 12, FirstName: "Budi"}) // never opened the bot
		if err := o.bot.Tell(limited(t), chat, "golput"); err != nil {
			t.Errorf("chat %d: %v", chat, err)
		}
	}
	m, _ := o.fake.Newest(ani().ID)
	title := o.bot.dialog.ask.Base().Topic("golput").Title
	if !strings.HasPrefix(m.Plain, textTold) || !strings.Contains(m.Plain, title) || len(m.Buttons()) == 0 {
		t.Errorf("said\n%s", m.Plain)
	}
	if err := o.bot.Tell(limited(t), ani().ID, "tidak-ada"); !errors.Is(err, curation.ErrNotFound) {
		t.Errorf("an unknown topic: %v", err)
	}
	for _, tt := range []struct {
		code int
		text string
		over bool // the chat is to be forgotten
	}{
		{403, "Forbidden: bot was blocked by the user", true},
		{403, "Forbidden: user is deactivated", true},
		{400, "Bad Request: chat not found", true},
		{400, "Bad Request: can't parse entities", false}, // our own mistake
		{500, "Internal", false},
	} {
		o.fake.Inject("sendMessage", -1, telegramtest.Refuse(tt.code, tt.text))
		if err := o.bot.Tell(limited(t), ani().ID, "golput"); (err == nil) != tt.over {
			t.Errorf("%s: %v", tt.text, err)
		}
		o.fake.Heal()
	}
}

// TestNewsFits: what is told of any topic fits a message.
func TestNewsFits(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{Contact: strings.Repeat("kantor ", 10)})
	for i := range d.ask.Base().Topics {
		if n := length(d.news(&d.ask.Base().Topics[i]).HTML); n > maxMessage {
			t.Errorf("%s: %d characters", d.ask.Base().Topics[i].ID, n)
		}
	}
}

// TestPrivacyGolden holds what /privasi and /hapus say with all that can be
// kept.
func TestPrivacyGolden(t *testing.T) {
	d := newTestDialog(t, script{}, nil, Settings{Waits: &waitBook{}, BackupDays: 30})
	golden(t, "cara-privasi", d.privacy().HTML+"\n")
	golden(t, "hapus-dua", d.erased(2).HTML+"\n")
}

func TestCorrectedSince(t *testing.T) {
	base := loadBase(t)
	reviewed, err := time.Parse(time.DateOnly, string(base.Topic("golput").Reviewed))
	if err != nil {
		t.Fatal(err)
	}
	changed := reviewed.AddDate(0, 1, 0).Add(10 * time.Hour)
	for _, tt := range []struct {
		name    string
		sent    time.Time
		changes bool // whether the changes of the curators are known
		want    string
	}{
		{"a message of the terminal", time.Time{}, true, ""},
		{"before the review", reviewed.Add(-time.Minute), false, longDay(knowledge.DayOf(reviewed))},
		{"on the day of the review", reviewed, false, ""},
		{"before the change", changed.Add(-time.Second), true, longDay(knowledge.DayOf(changed))},
		{"after it", changed.Add(time.Second), true, ""},
		{"before it, but nobody knows", changed.Add(-time.Second), false, ""},
	} {
		set := Settings{}
		if tt.changes {
			set.Changed = func(topic string) time.Time {
				if topic != "golput" {
					t.Errorf("asked for %q", topic)
				}
				return changed
			}
		}
		d := newTestDialog(t, script{base: base}, &notebook{}, set)
		for _, verb := range []string{verbAnswer, verbSanction, verbBasis, verbExample, verbWhy} {
			r, err := d.Tap(t.Context(), Press{Data: data(verb, "golput", ""), Sent: tt.sent})
			said := strings.Contains(r.HTML, fmt.Sprintf(textCorrected, tt.want))
			if err != nil || said != (tt.want != "") ||
				tt.want == "" && strings.Contains(r.HTML, "diperbarui pada") {
				t.Errorf("%s, %s: %q, %v; want %q", tt.name, verb, r.HTML, err, tt.want)
			}
		}
		r, err := d.Tap(t.Context(), Press{Data: data(verbHelped, "golput", ""), Sent: tt.sent})
		if err != nil || r.HTML != "" {
			t.Errorf("%s: a notice became %q, %v", tt.name, r.HTML, err)
		}
	}
}

// TestCorrectedOnTheWire: the date of the message under which a button stands
// comes along.
func TestCorrectedOnTheWire(t *testing.T) {
	base := loadBase(t)
	d := openDesk(t, base)
	d.bot.dialog.set.Changed = func(string) time.Time { return time.Unix(1.8e9+3600, 0) }
	d.fake.Text(ani(), "like")
	d.state()
	newest := func() string {
		m, _ := d.fake.Newest(ani().ID)
		return m.Plain
	}
	if strings.Contains(newest(), "diperbarui pada") {
		t.Errorf("a new answer: %s", newest())
	}
	d.fake.Advance(2 * time.Hour)
	d.fake.TapButton(ani(), ani().ID, labelSanctions)
	if d.state(); !strings.HasPrefix(newest(), "Jawaban ini diperbarui pada 15 Januari 2027") {
		t.Errorf("an old answer: %s", newest())
	}
}

// TestLawNotice: an answer whose instrument has changed says so everywhere, is
// still short, and keeps its sanction.
func TestLawNotice(t *testing.T) {
	set := Settings{Contact: strings.Repeat("kantor ", 10)}
	plain := newTestDialog(t, script{}, nil, set)
	base := loadBase(t)
	law := base.Instrument("PP 94/2021")
	law.Status, law.LastChecked = knowledge.Dicabut, "2099-01-01"
	d := newTestDialog(t, script{base: base}, nil, set)
	want := escape(`PP 94/2021 kini berstatus "dicabut atau tidak dipakai lagi"; ` +
		`jawaban ini sedang ditinjau ulang.`)
	with := 0
	for i := range base.Topics {
		topic := &base.Topics[i]
		cites := slices.ContainsFunc(topic.Bases(), func(c knowledge.Citation) bool {
			return c.Instrument == law.ID
		})
		full, short := d.answer(topic, knowledge.Slots{}), d.short(topic, knowledge.Slots{})
		if strings.Contains(full, want) != cites || strings.Contains(short, want) != cites {
			t.Errorf("%s: a notice is wanted: %v\n%s\n%s", topic.ID, cites, full, short)
		}
		if n := length(full); n > maxFirst {
			t.Errorf("%s: %d characters", topic.ID, n)
		}
		head := bold(labelSanctions)
		if strings.Contains(plain.answer(topic, knowledge.Slots{}), head) && !strings.Contains(full, head) {
			t.Errorf("%s: no sanction beside the notice", topic.ID)
		}
		if cites {
			with++
		}
	}
	if with < 10 || with == len(base.Topics) {
		t.Errorf("%d of %d topics cite it", with, len(base.Topics))
	}
}

// TestCounts: what happened is counted, without anybody's name.
func TestCounts(t *testing.T) {
	base := loadBase(t)
	var got []string
	d := newTestDialog(t, script{base: base, answers: map[string]knowledge.Answer{
		"a": {Zone: knowledge.Direct, Topic: base.Topic("golput")},
		"b": {Zone: knowledge.Menu, Menu: []string{"golput"}},
		"c": {Zone: knowledge.None, Normal: "c"},
		"d": {Zone: knowledge.None, Category: &knowledge.Category{}},
	}}, &notebook{}, Settings{Count: func(event, key string) { got = append(got, event+" "+key) }})
	for _, text := range []string{"a", "b", "c", "d"} {
		if _, err := d.Text(t.Context(), 1, text); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Public(t.Context(), 1, "a", Self{}.link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"topik", "rahasia-saya"} {
		if _, err := d.Command(t.Context(), 1, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	for _, verb := range []string{verbNoHelp, verbNoHelpYes, verbWrong, verbWrongYes, verbAnswer} {
		if _, err := d.Tap(t.Context(), Press{Data: data(verb, "golput", "")}); err != nil {
			t.Fatal(err)
		}
	}
	want := "zone direct,topic golput,zone menu,zone none,zone luar,zone direct,topic golput,command topik," +
		"nohelp golput,nohelp golput"
	if strings.Join(got, ",") != want {
		t.Errorf("counted %q, want %q", strings.Join(got, ","), want)
	}
}
