package bot

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/knowledge"
)

func TestAddressed(t *testing.T) {
	me := Self{ID: 99, UserName: "TanyaNetral_Bot"}
	text := func(s string) Update {
		u := Update{Content: Content{Text: s}}
		u.Command, u.CommandTo, u.Args = splitCommand(s)
		return u
	}
	reply := func(s string, user int64) Update {
		u := text(s)
		u.ReplyTo = Quote{ID: 1, User: user, FromBot: true}
		return u
	}
	tests := []struct {
		name string
		u    Update
		want address
		rest string
	}{
		{"small talk", text("boleh like postingan calon?"), notAddressed, ""},
		{"a question", text("/tanya boleh like?"), withQuestion, "boleh like?"},
		{"by name", text("/TANYA@tanyanetral_bot boleh like?"), withQuestion, "boleh like?"},
		{"without words", text("/tanya"), withQuestion, ""},
		{"another bot", text("/tanya@lain_bot boleh like?"), notAddressed, ""},
		{"a start for anybody", text("/start"), notAddressed, ""},
		{"a start", text("/start@TanyaNetral_bot"), withGreeting, ""},
		{"help", text("/bantuan@tanyanetral_bot"), withGreeting, ""},
		{"help of another", text("/bantuan@lain_bot"), notAddressed, ""},
		{"other commands", text("/cek@tanyanetral_bot"), notAddressed, ""},
		{"mention first", text("@tanyanetral_bot, boleh like?"), withQuestion, "boleh like?"},
		{"mention last", text("boleh like? @TanyaNetral_bot."), withQuestion, "boleh like?"},
		{"mention alone", text("@tanyanetral_bot"), withQuestion, ""},
		{"mention in the middle", text("kata @tanyanetral_bot boleh"), notAddressed, ""},
		{"a longer name", text("@tanyanetral_bots boleh like?"), notAddressed, ""},
		{"an address", text("tulis ke x@tanyanetral_bot"), notAddressed, ""},
		{"a reply", reply("kalau PPPK?", 99), withQuestion, "kalau PPPK?"},
		{"a reply without text", reply("", 99), notAddressed, ""},
		{"a reply to another", reply("kalau PPPK?", 98), notAddressed, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			how, rest := addressed(tt.u, me)
			if how != tt.want || rest != tt.rest {
				t.Errorf("got %d %q, want %d %q", how, rest, tt.want, tt.rest)
			}
			for _, spoil := range []func(*Update){
				func(u *Update) { u.Edited = true }, func(u *Update) { u.Forwarded = true },
				func(u *Update) { u.ViaBot = true }, func(u *Update) { u.Media = MediaService },
			} {
				u := tt.u
				spoil(&u)
				if how, _ := addressed(u, me); how != notAddressed {
					t.Errorf("%+v: got %d, want silence", u.Content, how)
				}
			}
		})
	}
	for _, s := range []string{"@", "boleh @", "/start@", "", "halo"} {
		if how, _ := addressed(text(s), Self{}); how != notAddressed {
			t.Errorf("%q, own name not known: got %d, want silence", s, how)
		}
	}
}

// TestPublicAnswersAreShort holds for every topic: short, with a link into the
// private chat, and never a word on reporting.
func TestPublicAnswersAreShort(t *testing.T) {
	base := loadBase(t)
	l := Self{UserName: "tanyanetral_bot"}.link
	d := newTestDialog(t, script{base: base}, nil, Settings{Calendar: fixed(testCalendar(t, pemilu2029))})
	const limit = 900 // three quarters of a first reply in private
	private := 0
	for i := range base.Topics {
		topic := &base.Topics[i]
		r := d.publicTopic(topic, knowledge.Slots{}, l)
		if n := length(r.HTML); n > limit || n == 0 {
			t.Errorf("%s: %d characters, at most %d", topic.ID, n, limit)
		}
		if strings.Contains(strings.ToLower(r.HTML), "lapor") {
			t.Errorf("%s speaks of reporting:\n%s", topic.ID, r.HTML)
		}
		if strings.Contains(r.HTML, textPublicPrivate) {
			private++
		} else if !strings.Contains(r.HTML, topic.Verdict.Label()) {
			t.Errorf("%s: no verdict in\n%s", topic.ID, r.HTML)
		}
		want := [][]Button{{{Label: labelPrivately, URL: "https://t.me/tanyanetral_bot?start=" + topic.ID}}}
		if diff := cmp.Diff(want, r.Buttons); diff != "" {
			t.Errorf("%s: buttons (-want +got):\n%s", topic.ID, diff)
		}
	}
	if private < len(base.InGroup(reportingGroup)) || private > len(base.Topics)/5 {
		t.Errorf("%d of %d topics are left to the private chat", private, len(base.Topics))
	}
}

func TestPublic(t *testing.T) {
	base := loadBase(t)
	answers := map[string]knowledge.Answer{
		"like":  {Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan")},
		"lapor": {Zone: knowledge.Direct, Topic: base.Topic("cara-lapor")},
		"foto":  {Zone: knowledge.Menu, Menu: []string{"foto-bersama-calon", "cara-lapor", "pose-jari-simbol"}},
		"bukti": {Zone: knowledge.Menu, Menu: []string{"cara-lapor", "bukti-laporan"}},
		"gaji":  {Zone: knowledge.None, Category: base.Category("kepegawaian")},
		"si A":  {Zone: knowledge.None, Category: &knowledge.Category{Reply: "Laporkan kepada Bawaslu."}},
		"apa":   {Zone: knowledge.None, Normal: "apa"},
	}
	tests := []struct {
		question, want, not string
		gaps                int
	}{
		{"like", "Tidak boleh", "Dasar:", 0},
		{"lapor", textPublicPrivate, "Bawaslu", 0},
		{"foto", "1. Bolehkah ASN berfoto", "lapor", 0},
		{"bukti", textPublicPrivate, "lapor", 0},
		{"gaji", escape(base.Category("kepegawaian").Reply), "lapor", 0},
		{"si A", textPublicPrivate, "Bawaslu", 0},
		{"apa", textPublicNone, "dicatat", 1},
		{" ", "/tanya", "", 0},
		{"🙂", "/tanya", "", 0},
	}
	for _, tt := range tests {
		n := &notebook{}
		d := newTestDialog(t, script{base: base, answers: answers}, n, Settings{})
		r, err := d.Public(t.Context(), 1, tt.question, Self{}.link)
		if err != nil || !strings.Contains(r.HTML, tt.want) ||
			tt.not != "" && strings.Contains(r.HTML, tt.not) {
			t.Errorf("%q: got %q (%v), want %q and not %q", tt.question, r.HTML, err, tt.want, tt.not)
		}
		if len(n.gaps) != tt.gaps {
			t.Errorf("%q: %d gaps, want %d", tt.question, len(n.gaps), tt.gaps)
		}
	}
	broken := errors.New("disk is full")
	d := newTestDialog(t, script{base: base, answers: answers}, &notebook{err: broken}, Settings{})
	if r, err := d.Public(t.Context(), 1, "apa", Self{}.link); !errors.Is(err, broken) ||
		r.HTML != textTrouble {
		t.Errorf("a broken log: %q, %v", r.HTML, err)
	}
}

// office is a bot on the fake, with one group and its members.
type office struct {
	t     *testing.T
	fake  *telegramtest.Server
	notes *notebook
	group telegramtest.Chat
	poll  *Poller
	bot   *Bot
}

func openOffice(t *testing.T, s script) *office { return openOfficeWith(t, s, nil) }

func openOfficeWith(t *testing.T, s script, client []ClientOption, opts ...telegramtest.Option) *office {
	fake := telegramtest.New(t, opts...)
	c, _ := dial(t, fake, client...)
	group := telegramtest.Chat{ID: -500, Type: "supergroup", Title: "Kantor"}
	o := &office{t: t, fake: fake, notes: &notebook{}, group: group}
	me, err := c.Prove(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := NewBot(silent(), c, newTestDialog(t, s, o.notes, Settings{Contact: "BKPSDM"}), WithSelf(me))
	o.bot = b
	if err := b.Present(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.poll = NewPoller(silent(), c, PollTimes{})
	run(t, o.poll, b.Handle)
	return o
}

func (o *office) settle() {
	o.t.Helper()
	await(o.t, o.fake, "all updates", idle)
	if n := o.poll.Counts().SetAside; n != 0 {
		o.t.Errorf("%d updates are set aside", n)
	}
}

// says writes in the group and returns how many messages the bot sent for it.
func (o *office) says(u telegramtest.User, text string, replyTo int) int {
	o.t.Helper()
	before := o.fake.Sent(o.group.ID)
	o.fake.TextIn(o.group, u, text, telegramtest.TextOpts{ReplyTo: replyTo})
	o.settle()
	return o.fake.Sent(o.group.ID) - before
}

func (o *office) newest() telegramtest.Message {
	o.t.Helper()
	m, ok := o.fake.Newest(o.group.ID)
	if !ok {
		o.t.Fatal("the bot has said nothing in the group")
	}
	return m
}

// TestGroup plays a group: the bot speaks only when it is spoken to, and its
// menus belong to the one who asked.
func TestGroup(t *testing.T) {
	base := loadBase(t)
	o := openOffice(t, script{base: base, answers: map[string]knowledge.Answer{
		"boleh like?": {Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan")},
		"foto":        {Zone: knowledge.Menu, Menu: []string{"foto-bersama-calon", "pose-jari-simbol"}},
		"rapat":       {Zone: knowledge.None, Normal: "rapat"},
	}})
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	for _, text := range []string{
		"rapat", "/start", "/tanya@lain_bot rapat", "/cek@tanyanetral_bot", "boleh like?",
	} {
		if n := o.says(ani(), text, 0); n != 0 {
			t.Errorf("%q: %d replies, want silence", text, n)
		}
	}
	if len(o.notes.gaps) != 0 {
		t.Errorf("small talk is logged: %+v", o.notes.gaps)
	}
	n := o.says(ani(), "/tanya boleh like?", 0)
	if n != 1 || !strings.Contains(o.newest().Plain, "Tidak boleh") {
		t.Fatalf("%d replies: %q", n, o.newest().Plain)
	}
	url := o.newest().Buttons()[0][0].URL
	if url != "https://t.me/tanyanetral_bot?start=interaksi-medsos-dukungan" {
		t.Errorf("the link is %q", url)
	}
	n = o.says(budi, "rapat", o.newest().ID)
	if n != 1 || !strings.Contains(o.newest().Plain, "Belum ada jawaban") {
		t.Errorf("a reply to the bot: %d, %q", n, o.newest().Plain)
	}
	if len(o.notes.gaps) != 1 || o.notes.gaps[0].Text != "scrubbed rapat" {
		t.Errorf("logged %+v", o.notes.gaps)
	}
	if n = o.says(ani(), "@tanyanetral_bot foto", 0); n != 1 {
		t.Fatalf("a mention: %d replies", n)
	}
	menu := o.newest()
	tap := o.fake.TapButton(budi, o.group.ID, "1. ")
	o.settle()
	if a, _ := o.fake.CallbackAnswer(tap); a.Text != textNotYours || o.newest().Plain != menu.Plain {
		t.Errorf("another's tap: notice %q, message %q", a.Text, o.newest().Plain)
	}
	tap = o.fake.Tap(ani(), o.group.ID, menu.ID, data(verbSanction, "golput", ""))
	o.settle()
	if a, _ := o.fake.CallbackAnswer(tap); a.Text != textStale {
		t.Errorf("a forged tap: notice %q", a.Text)
	}
	tap = o.fake.Tap(ani(), o.group.ID, 4000, data(verbAnswer, "golput", ""))
	o.settle()
	if a, _ := o.fake.CallbackAnswer(tap); a.Text != textNotYours {
		t.Errorf("a tap under a message that is gone: notice %q", a.Text)
	}
	o.fake.TapButton(ani(), o.group.ID, "1. ")
	o.settle()
	if m := o.newest(); m.ID != menu.ID || !strings.Contains(m.Plain, "Bersyarat") {
		t.Errorf("the asker's tap: %q", m.Plain)
	}
	o.says(ani(), "@tanyanetral_bot foto", 0)
	o.fake.TapButton(ani(), o.group.ID, labelNotIt)
	o.settle()
	if m := o.newest(); !strings.Contains(m.Plain, "Belum ada jawaban") || len(o.notes.gaps) != 2 ||
		o.notes.gaps[1].Text != "scrubbed foto" || o.notes.gaps[1].Reason != knowledge.NotMeant {
		t.Errorf("none was meant: %q, %+v", m.Plain, o.notes.gaps)
	}
	if n = len(o.fake.Unanswered()); n != 0 {
		t.Errorf("%d buttons keep glowing", n)
	}
}

// TestFloodInAGroup: who writes too fast there is left without an answer, in
// silence; the others are not.
func TestFloodInAGroup(t *testing.T) {
	base := loadBase(t)
	o := openOffice(t, script{base: base, answers: map[string]knowledge.Answer{
		"like": {Zone: knowledge.Direct, Topic: base.Topic("interaksi-medsos-dukungan")},
	}})
	for range floodMost + 10 {
		o.fake.TextIn(o.group, ani(), "/tanya like", telegramtest.TextOpts{})
		o.fake.TextIn(o.group, ani(), "rapat jam 9", telegramtest.TextOpts{}) // counts for nothing
	}
	o.settle()
	if n := o.fake.Sent(o.group.ID); n != floodMost {
		t.Errorf("%d answers, want %d", n, floodMost)
	}
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	if n := o.says(budi, "/tanya like", 0); n != 1 {
		t.Errorf("another gets %d answers", n)
	}
	if n := o.says(ani(), "/bantuan@tanyanetral_bot", 0); n != 0 {
		t.Errorf("help amid the flood: %d", n)
	}
	o.fake.Text(ani(), "like")
	if o.settle(); o.fake.Sent(ani().ID) != 1 {
		t.Errorf("%d answers in private", o.fake.Sent(ani().ID))
	}
}

// TestFreshKeepsTheSummary: in private, what a summary links to comes below it.
func TestFreshKeepsTheSummary(t *testing.T) {
	o := openOffice(t, script{})
	o.fake.Text(ani(), "/cek")
	o.settle()
	for _, label := range []string{"PNS", "Like", "Belum tahu", "Bukan keluarga"} {
		o.fake.TapButton(ani(), ani().ID, label)
		o.settle()
	}
	summary, _ := o.fake.Newest(ani().ID)
	if !strings.Contains(summary.Plain, textSummaryHead) || o.fake.Sent(ani().ID) != 1 {
		t.Fatalf("after four taps %d messages, the newest\n%s", o.fake.Sent(ani().ID), summary.Plain)
	}
	o.fake.TapButton(ani(), ani().ID, "penjelasan")
	o.settle()
	answer, _ := o.fake.Newest(ani().ID)
	if answer.ID == summary.ID || !strings.Contains(answer.Plain, "Tidak boleh") {
		t.Errorf("the answer takes the place of the summary:\n%s", answer.Plain)
	}
}
