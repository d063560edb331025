package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/knowledge"
)

// heldRows keeps held replies in memory.
type heldRows struct {
	mu    sync.Mutex
	rows  []HeldReply
	until []time.Time
	n     int
	err   error
}

func (s *heldRows) Hold(_ context.Context, chat int64, topic string, until time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.n++
	s.rows = append(s.rows, HeldReply{strconv.Itoa(s.n), chat, topic})
	s.until = append(s.until, until)
	return nil
}

func (s *heldRows) Held(context.Context) ([]HeldReply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rows), s.err
}

func (s *heldRows) DropHeld(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows = slices.DeleteFunc(s.rows, func(r HeldReply) bool { return r.ID == id })
	return s.err
}

// topics are what is held, as "chat:topic".
func (s *heldRows) topics() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, r := range s.rows {
		all = append(all, strconv.FormatInt(r.Chat, 10)+":"+r.Topic)
	}
	return strings.Join(all, " ")
}

// openHeld is a bot that holds back what its client is refused; the client
// waits for nothing itself unless the patience says so.
func openHeld(t *testing.T, p patience, opts ...telegramtest.Option) (*office, *heldRows) {
	base := loadBase(t)
	direct := func(id string) knowledge.Answer {
		return knowledge.Answer{Zone: knowledge.Direct, Topic: base.Topic(id), Normal: id}
	}
	o := openOfficeWith(t, script{base: base, answers: map[string]knowledge.Answer{
		"like": direct("interaksi-medsos-dukungan"), "foto": direct("foto-bersama-calon"),
		"lapor": direct("cara-lapor"), "kata": {Zone: knowledge.None, Normal: "kata"},
	}}, []ClientOption{withPatience(p)}, opts...)
	s := &heldRows{}
	WithHeld(s)(o.bot)
	o.bot.dialog.now = o.fake.Now
	o.bot.memory.now = o.fake.Now
	return o, s
}

func atOnce() patience { return patience{Call: 10 * time.Second} }

// TestHeldReplies runs into the fake's token buckets: three messages in a
// burst, then one a second. What does not fit waits in rows, the updates are
// done, others are answered at once, and in the end nothing is lost.
func TestHeldReplies(t *testing.T) {
	o, s := openHeld(t, atOnce(), telegramtest.Frozen(time.Unix(1.8e9, 0)), telegramtest.WithLimits())
	budi := telegramtest.User{ID: 12, FirstName: "Budi"}
	for _, text := range []string{"like", "/topik", "/ikrar", "foto", "kata", "/kontak"} {
		o.fake.Text(ani(), text)
	}
	o.fake.Text(budi, "like")
	o.settle()
	if o.fake.Sent(ani().ID) != 3 || o.fake.Sent(budi.ID) != 1 || o.fake.Pending() != 0 {
		t.Fatalf("%d and %d sent, %d pending", o.fake.Sent(ani().ID), o.fake.Sent(budi.ID), o.fake.Pending())
	}
	if got := s.topics(); got != "11:foto-bersama-calon 11: 11:" {
		t.Fatalf("held %q", got)
	}
	if want := o.fake.Now().Add(time.Hour); !s.until[0].Equal(want) {
		t.Errorf("until %v, want %v", s.until[0], want)
	}
	if wait := o.bot.resend(limited(t)); wait != time.Second || o.fake.Sent(ani().ID) != 3 {
		t.Errorf("before its time: %d sent, next look after %v", o.fake.Sent(ani().ID), wait)
	}
	for i := range 3 {
		o.fake.Advance(time.Second)
		wait := o.bot.resend(limited(t))
		if want := []time.Duration{time.Second, time.Second, heldLook}[i]; wait != want {
			t.Errorf("round %d: next look after %v, want %v", i, wait, want)
		}
	}
	var said []string
	for _, m := range o.fake.Messages(ani().ID) {
		if m.From.ID == o.fake.Bot().ID {
			said = append(said, m.Plain)
		}
	}
	title := o.bot.dialog.ask.Base().Topic("foto-bersama-calon").Title
	if len(said) != 6 || s.topics() != "" || !strings.HasPrefix(said[3], textHeld) ||
		!strings.Contains(said[3], title) || said[4] != textHeldAgain || said[5] != textHeldAgain {
		t.Errorf("in the end %d sent, held %q:\n%s", len(said), s.topics(), strings.Join(said, "\n---\n"))
	}
	if n := len(o.bot.later.from); n != 0 {
		t.Errorf("%d chats are remembered", n)
	}
}

// TestTenSecondsInMemory: a wait of up to ten seconds is no row.
func TestTenSecondsInMemory(t *testing.T) {
	for _, tt := range []struct {
		seconds []int
		want    string
	}{
		{[]int{10}, ""}, {[]int{11}, "11:interaksi-medsos-dukungan"}, {[]int{4, 4, 4}, "11:interaksi-medsos-dukungan"},
	} {
		o, s := openHeld(t, patient())
		for _, n := range tt.seconds {
			o.fake.Inject("sendMessage", 1, telegramtest.TooMany(n))
		}
		o.fake.Text(ani(), "like")
		o.settle()
		if got := s.topics(); got != tt.want || (o.fake.Sent(ani().ID) == 1) == (tt.want != "") {
			t.Errorf("%v seconds: held %q, want %q; %d sent", tt.seconds, got, tt.want, o.fake.Sent(ani().ID))
		}
	}
}

// TestHeldInGroups: what others read along stays short there too, and reporting
// is not named.
func TestHeldInGroups(t *testing.T) {
	o, s := openHeld(t, atOnce())
	o.fake.Inject("sendMessage", 3, telegramtest.TooMany(60))
	for _, text := range []string{"/tanya like", "/tanya lapor", "/tanya kata"} {
		o.says(ani(), text, 0)
	}
	if got := s.topics(); got != "-500:interaksi-medsos-dukungan -500:cara-lapor -500:" {
		t.Fatalf("held %q", got)
	}
	clear(o.bot.later.from) // a minute later
	o.bot.resend(limited(t))
	if o.fake.Sent(o.group.ID) != 3 || s.topics() != "" {
		t.Fatalf("%d sent, held %q", o.fake.Sent(o.group.ID), s.topics())
	}
	for _, m := range o.fake.Messages(o.group.ID)[3:] {
		if strings.Contains(strings.ToLower(m.Plain), "lapor") || length(m.Plain) > maxFirst {
			t.Errorf("said in the group:\n%s", m.Plain)
		}
	}
}

// TestHeldForNobody: who has blocked the bot is forgotten, what Telegram will
// never take too; what may work later stays.
func TestHeldForNobody(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fault telegramtest.Fault
		left  bool
	}{
		{"blocked", telegramtest.Refuse(403, "Forbidden: bot was blocked by the user"), false},
		{"refused", telegramtest.Refuse(400, "Bad Request: chat not found"), false},
		{"down", telegramtest.BadGateway(), true},
		{"flood", telegramtest.TooMany(40), true},
	} {
		o, s := openHeld(t, atOnce(), telegramtest.Frozen(time.Unix(1.8e9, 0)))
		o.fake.Start(ani())
		o.settle()
		if err := s.Hold(t.Context(), ani().ID, "golput", o.fake.Now()); err != nil {
			t.Fatal(err)
		}
		o.fake.Inject("sendMessage", -1, tt.fault)
		wait := o.bot.resend(limited(t))
		if left := s.topics() != ""; left != tt.left || wait == heldLook == tt.left {
			t.Errorf("%s: held %q, next look after %v", tt.name, s.topics(), wait)
		}
	}
}

// TestHeldNowhere: without a store for it the update stays in hand, as before.
func TestHeldNowhere(t *testing.T) {
	o, s := openHeld(t, atOnce())
	s.err = errors.New("disk is full")
	o.fake.Inject("sendMessage", 2, telegramtest.TooMany(30))
	u := Update{ID: 9, Kind: KindMessage, Origin: Origin{11, ChatPrivate, 11, "id"},
		Content: Content{MessageID: 1, Date: 1, Text: "like"}}
	if err := o.bot.Handle(limited(t), u); floodWait(err) != 30*time.Second {
		t.Errorf("a broken store: %v", err)
	}
	o.bot.later = nil
	if err := o.bot.Handle(limited(t), u); floodWait(err) != 30*time.Second {
		t.Errorf("no store: %v", err)
	}
	o.bot.Resend(t.Context()) // returns, since there is nothing to do
}

// TestResend: the loop takes up what an earlier run has left, wakes for what
// is held now, and ends with its context.
func TestResend(t *testing.T) {
	o, s := openHeld(t, atOnce(), telegramtest.Frozen(time.Unix(1.8e9, 0)))
	o.fake.Start(ani())
	o.settle()
	if err := s.Hold(t.Context(), ani().ID, "golput", o.fake.Now()); err != nil {
		t.Fatal(err)
	}
	before := o.fake.Sent(ani().ID)
	ctx, cancel := context.WithCancel(limited(t))
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.bot.Resend(ctx)
	}()
	sent := func(n int) func(*telegramtest.Server) bool {
		return func(f *telegramtest.Server) bool { return f.Sent(ani().ID) == before+n }
	}
	await(t, o.fake, "what was left", sent(1))
	o.fake.Inject("sendMessage", 1, telegramtest.TooMany(30))
	o.fake.Text(ani(), "like")
	o.settle()
	o.fake.Advance(30 * time.Second)
	o.bot.later.wake <- struct{}{} // the timer goes by the wall clock
	await(t, o.fake, "what was held", sent(2))
	cancel()
	<-done
}
