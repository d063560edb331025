package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/knowledge"
)

// desk is a bot on a fake whose clock stands still, and one person.
type desk struct {
	t     *testing.T
	fake  *telegramtest.Server
	bot   *Bot
	notes *notebook
	due   []func() // sweeps that wait for their time
}

// openDesk answers "like" and "foto" directly, "kata" never, and what
// continues them as the names say.
func openDesk(t *testing.T, base *knowledge.Base) *desk {
	fake := telegramtest.New(t, telegramtest.Frozen(time.Unix(1.8e9, 0)))
	client, _ := dial(t, fake)
	direct := func(id string) knowledge.Answer {
		topic := base.Topic(id)
		if topic == nil {
			t.Fatalf("no topic %q", id)
		}
		return knowledge.Answer{Zone: knowledge.Direct, Topic: topic, Normal: id}
	}
	none := knowledge.Answer{Zone: knowledge.None, Normal: "x"}
	thanks := knowledge.Answer{Zone: knowledge.None, Category: &knowledge.Category{Reply: "Sama-sama."}}
	s := script{base: base, answers: map[string]knowledge.Answer{
		"like": direct("interaksi-medsos-dukungan"), "foto": direct("foto-bersama-calon"), "kata": none,
		"lagi": none, "makasih": thanks, "like\nlagi": direct("follow-akun-calon"), "like\nkata": none,
		"kata\nlike": direct("interaksi-medsos-dukungan"), "kata\nlagi": none, "kata\nfoto": none,
		"like\nfoto": direct("foto-bersama-calon"), "like\nmakasih": direct("interaksi-medsos-dukungan"),
	}}
	d := &desk{t: t, fake: fake, notes: &notebook{}}
	d.bot = NewBot(silent(), client, newTestDialog(t, s, d.notes, Settings{Contact: "BKPSDM"}))
	d.bot.memory.now = fake.Now
	d.bot.memory.later = func(_ time.Duration, f func()) { d.due = append(d.due, f) }
	p := NewPoller(silent(), client, PollTimes{})
	run(t, p, d.bot.Handle)
	t.Cleanup(func() {
		if n := p.Counts().SetAside; n != 0 {
			t.Errorf("%d updates are set aside", n)
		}
	})
	return d
}

// state settles and shows the bot's messages as "message answered:edits".
func (d *desk) state() string {
	d.t.Helper()
	await(d.t, d.fake, "the answer", idle)
	var out []string
	for _, m := range d.fake.Messages(ani().ID) {
		if m.From.ID == d.fake.Bot().ID {
			out = append(out, fmt.Sprintf("%d:%d", m.ReplyTo, m.Edits))
		}
	}
	return strings.Join(out, " ")
}

func TestFragments(t *testing.T) {
	base := loadBase(t)
	for _, c := range []struct {
		name  string
		words []string // "+N" lets N seconds pass; "!kind" is a medium
		want  string
		gaps  string
	}{
		{"a whole question and its rest", []string{"like", "+2", "lagi"}, "1:1", ""},
		{"at the last moment", []string{"like", "+2", "lagi", "+2", "lagi"}, "1:1 4:0", "lagi"},
		{"too late", []string{"like", "+3", "lagi"}, "1:0 3:0", "lagi"},
		{"two questions", []string{"like", "foto"}, "1:0 3:0", ""},
		{"thanks", []string{"like", "makasih"}, "1:0 3:0", ""},
		{"noise does not spoil an answer", []string{"like", "kata"}, "1:0 3:0", "kata"},
		{"the question comes second", []string{"kata", "like"}, "1:1", "kata"},
		{"a question after noise", []string{"kata", "foto"}, "1:0 3:0", "kata"},
		{"noise and noise", []string{"kata", "lagi"}, "1:0 3:0", "kata,lagi"},
		{"a command is no rest", []string{"like", "/privasi", "lagi"}, "1:0 3:0 5:0", "lagi"},
		{"nor a photo", []string{"like", "!photo"}, "1:0 3:0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openDesk(t, base)
			got := ""
			for _, w := range c.words {
				var seconds int
				if _, err := fmt.Sscanf(w, "+%d", &seconds); err == nil {
					d.fake.Advance(time.Duration(seconds) * time.Second)
					continue
				}
				if kind, ok := strings.CutPrefix(w, "!"); ok {
					d.fake.Media(ani(), kind)
				} else {
					d.fake.Text(ani(), w)
				}
				got = d.state()
			}
			var gaps []string
			for _, g := range d.notes.gaps {
				gaps = append(gaps, strings.TrimPrefix(g.Text, "scrubbed "))
			}
			if got != c.want || strings.Join(gaps, ",") != c.gaps {
				t.Errorf("answers %q, want %q; gaps %q, want %q", got, c.want, gaps, c.gaps)
			}
		})
	}
}

// TestFragmentsAfterAnOutage: what was written minutes apart stays apart,
// although it arrives together.
func TestFragmentsAfterAnOutage(t *testing.T) {
	d := openDesk(t, loadBase(t))
	b := d.bot
	for id, date := range []int64{1000, 1060} {
		u := Update{ID: int64(id + 1), Kind: KindMessage,
			Origin:  Origin{Chat: 11, ChatKind: ChatPrivate, User: 11},
			Content: Content{MessageID: id + 1, Text: []string{"like", "lagi"}[id], Date: date}}
		if id == 0 {
			d.fake.Start(ani())
		}
		if err := b.Handle(limited(t), u); err != nil {
			t.Fatal(err)
		}
	}
	if n := d.fake.Sent(ani().ID); n != 2 {
		t.Errorf("%d answers, want 2", n)
	}
}

// TestTextsAreForgotten: three seconds after the answer no text is left, even
// when nobody writes any more.
func TestTextsAreForgotten(t *testing.T) {
	d := openDesk(t, loadBase(t))
	d.fake.Text(ani(), "like")
	d.state()
	d.fake.Advance(2 * time.Second)
	d.fake.Text(telegramtest.User{ID: 12, FirstName: "B"}, "like")
	d.state()
	left := func() int { return len(d.bot.memory.first.values) }
	for step, want := range []int{1, 0} { // one sweep waits at a time, for the oldest text
		if len(d.due) != step+1 {
			t.Fatalf("%d sweeps, want %d", len(d.due), step+1)
		}
		d.fake.Advance([]time.Duration{time.Second, 2 * time.Second}[step])
		if d.due[step](); left() != want {
			t.Errorf("after sweep %d: %d texts, want %d", step, left(), want)
		}
	}
	if len(d.due) != 2 {
		t.Errorf("%d sweeps, though nothing is left", len(d.due))
	}
}

func TestEditedQuestions(t *testing.T) {
	d := openDesk(t, loadBase(t))
	d.fake.Text(ani(), "like")
	before := d.state()
	text := func() string {
		m, _ := d.fake.Newest(ani().ID)
		return m.Plain
	}
	first := text()
	d.fake.Edit(ani(), ani().ID, 1, "foto")
	if got := d.state(); before != "1:0" || got != "1:1" || text() == first {
		t.Errorf("answers %q, then %q", before, got)
	}
	d.fake.Edit(ani(), ani().ID, 1, "like")
	d.fake.Edit(ani(), ani().ID, 1, "like") // changes nothing
	if got := d.state(); got != "1:2" || text() != first {
		t.Errorf("answers %q after two more edits", got)
	}
	d.fake.Advance(answerLife)
	d.fake.Edit(ani(), ani().ID, 1, "foto") // too long ago
	if got := d.state(); got != "1:2" || text() != first {
		t.Errorf("answers %q after a late edit", got)
	}
}

// TestFloodOfMessages: one notice, then silence, until it calms down.
func TestFloodOfMessages(t *testing.T) {
	d := openDesk(t, loadBase(t))
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	for range 100 {
		d.fake.Text(ani(), "foto")
	}
	d.fake.Text(budi, "foto")
	d.state()
	notices := func() (n int) {
		for _, m := range d.fake.Messages(ani().ID) {
			if m.Plain == textFlood {
				n++
			}
		}
		return n
	}
	if sent := d.fake.Sent(ani().ID); sent != floodMost+1 || notices() != 1 || d.fake.Sent(budi.ID) != 1 {
		t.Errorf("%d sent, %d notices; %d to another", sent, notices(), d.fake.Sent(budi.ID))
	}
	d.fake.Advance(floodSpan / 2)
	d.fake.Text(ani(), "foto")
	if d.state(); d.fake.Sent(ani().ID) != floodMost+1 {
		t.Error("an answer amid the flood")
	}
	d.fake.Advance(floodSpan)
	for range floodMost {
		d.fake.Text(ani(), "foto")
	}
	if d.state(); d.fake.Sent(ani().ID) != 2*floodMost+1 || notices() != 1 {
		t.Errorf("%d sent after it calmed down, %d notices", d.fake.Sent(ani().ID), notices())
	}
	d.fake.Text(ani(), "foto")
	if d.state(); notices() != 2 {
		t.Errorf("%d notices after the second flood", notices())
	}
	d.fake.Advance(time.Minute)
	d.fake.Text(budi, "foto")
	if d.state(); len(d.bot.memory.floods.values) != 1 {
		t.Errorf("%d chats are counted after a quiet minute", len(d.bot.memory.floods.values))
	}
}

// TestFloodCountsAnUpdateOnce: a notice that could not be sent is tried again.
func TestFloodCountsAnUpdateOnce(t *testing.T) {
	m := newMemory()
	for id := range int64(floodMost + 1) {
		u := Update{ID: id + 1, Origin: Origin{Chat: 11}, Content: Content{Date: 1000}}
		want := pass
		if id == floodMost {
			want = warn
		}
		if a, b := m.admit(u), m.admit(u); a != want || b != want {
			t.Errorf("message %d: %v, tried again %v, want %v", id+1, a, b, want)
		}
	}
}
