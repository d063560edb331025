package console

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tanyanetral/curation"
)

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	for range 3 { // previews of the link do not use it up
		if a := w.call("/masuk/baik", "", nil); a.StatusCode != http.StatusOK ||
			!strings.Contains(a.body, "<button>Masuk</button>") {
			t.Fatalf("status %d", a.StatusCode)
		}
	}
	if a := w.call("/masuk/baik", "", url.Values{}, crossSite); a.StatusCode != http.StatusForbidden {
		t.Fatalf("from another site: status %d", a.StatusCode)
	}
	a := w.call("/masuk/baik", "", url.Values{})
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		t.Fatalf("status %d, cookies %v", a.StatusCode, a.Cookies())
	}
	c := a.Cookies()[0]
	if c.Value != "cookie-baik" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure ||
		c.Path != "/" {
		t.Errorf("cookie %v", c)
	}
	if a := w.call("/", c.Value, nil); a.StatusCode != http.StatusOK ||
		!strings.Contains(a.body, "Ratna Dewi") {
		t.Errorf("after signing in: status %d", a.StatusCode)
	}
	for _, secret := range []string{"baik", "tidak-pernah-ada"} {
		a := w.call("/masuk/"+secret, "", url.Values{})
		if a.StatusCode != http.StatusGone || len(a.Cookies()) > 0 || !strings.Contains(a.body, "/konsol") {
			t.Errorf("%s: status %d", secret, a.StatusCode)
		}
	}
	if !w.audit.has("console.link") || !w.audit.has("console.forged") {
		t.Error("no audit line")
	}
	for _, line := range strings.Split(w.log.String(), "\n") {
		if strings.Contains(line, "baik") || strings.Contains(line, "cookie-") {
			t.Errorf("a secret is in the log: %s", line)
		}
	}
}

// TestRefusalsAreCounted: who tries links again and again does not fill the
// audit, whoever signs in meanwhile; what a colleague does has its own lines.
func TestRefusalsAreCounted(t *testing.T) {
	w := newWorld(t)
	now := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	w.serve(Options{Now: func() time.Time { return now }, BehindProxy: true})
	from := 0
	try := func(cookie string, more ...func(*http.Request)) {
		from++ // an attacker has many addresses
		more = append(more, func(r *http.Request) {
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", from/250, from%250))
		})
		w.call("/masuk/salah", cookie, url.Values{}, more...)
	}
	lines := func(act string) (notes []string) {
		all, _ := w.audit.Audit(t.Context(), 0, 0)
		for _, l := range all {
			if l.Act == act {
				notes = append(notes, l.Note)
			}
		}
		return notes
	}
	for range 300 {
		try("")
		try("", crossSite)
	}
	now = now.Add(refusalPace)
	try("")
	try("")
	want := []string{"", "dan 299 kali lagi sejak catatan sebelumnya"}
	if got := lines("console.link"); !slices.Equal(got, want) {
		t.Errorf("links: %q, want %q", got, want)
	}
	if got := lines("console.forged"); len(got) != 1 {
		t.Errorf("forged: %q, want one line", got)
	}
	try("kue-kurator")
	if got := lines("console.link"); len(got) != 3 {
		t.Errorf("after a colleague's try: %q", got)
	}
}

func TestSecureCookie(t *testing.T) {
	w := newWorld(t)
	w.serve(Options{PublicURL: "https://konsol.example.go.id", Zone: time.UTC})
	a := w.call("/masuk/baik", "", url.Values{}, func(r *http.Request) {
		r.Header.Set("Origin", "https://konsol.example.go.id")
	})
	if len(a.Cookies()) != 1 || !a.Cookies()[0].Secure || a.Cookies()[0].Name != "__Host-konsol" {
		t.Errorf("status %d, cookies %v", a.StatusCode, a.Cookies())
	}
	if a.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
	if _, err := New(nil, w.deps, Options{PublicURL: "konsol"}); err == nil {
		t.Error("an address without host is accepted")
	}
}

func TestSignOut(t *testing.T) {
	w := newWorld(t)
	w.staff.cookies["lain"] = "u1"
	a := w.call("/keluar", "kue-admin", form())
	if a.StatusCode != http.StatusSeeOther || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("status %d", a.StatusCode)
	}
	if a := w.call("/", "kue-admin", nil); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session lives on: %d", a.StatusCode)
	}
	if a := w.call("/", "lain", nil); a.StatusCode != http.StatusOK {
		t.Errorf("the other session ended: %d", a.StatusCode)
	}
	w.call("/keluar-semua", "lain", form())
	if a := w.call("/", "lain", nil); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the session lives on: %d", a.StatusCode)
	}
}

// TestInvitationOfAnother: who is signed in does not use up an invitation.
func TestInvitationOfAnother(t *testing.T) {
	w := newWorld(t)
	w.staff.links["undangan"] = "u2"
	a := w.call("/masuk/undangan", "kue-admin", url.Values{})
	if a.StatusCode != http.StatusConflict || len(a.Cookies()) > 0 ||
		!strings.Contains(a.body, "masih berlaku") || w.audit.has("console.link") {
		t.Errorf("an admin: status %d, cookies %v", a.StatusCode, a.Cookies())
	}
	for _, cookie := range []string{"", "kue-lama"} { // the second is of a session that has ended
		w.staff.links["undangan"] = "u2"
		if a := w.call("/masuk/undangan", cookie, url.Values{}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("the invited, with cookie %q: status %d", cookie, a.StatusCode)
		}
	}
}

func TestInvitationIsShownOnce(t *testing.T) {
	w := newWorld(t)
	w.call("/pengguna/undang", "kue-admin", form("nama", "Sari", "peran", "kurator"))
	if a := w.call("/pengguna", "kue-admin", nil); !strings.Contains(a.body, "/masuk/rahasia-undangan") {
		t.Error("the link is not shown")
	}
	if a := w.call("/pengguna", "kue-admin", nil); strings.Contains(a.body, "rahasia-undangan") {
		t.Error("the link is shown twice")
	}
	if strings.Contains(w.log.String(), "rahasia-undangan") {
		t.Error("the link is in the log")
	}
}

func TestRateLimits(t *testing.T) {
	w := newWorld(t)
	still := func() time.Time { return time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) }
	w.serve(Options{Now: still, BehindProxy: true})
	from := func(ip string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", "6.6.6.6, "+ip) }
	}
	for i := range linkBurst {
		if a := w.call("/masuk/salah", "", url.Values{}, from("10.0.0.1")); a.StatusCode != http.StatusGone {
			t.Fatalf("try %d: status %d", i, a.StatusCode)
		}
	}
	if a := w.call("/masuk/salah", "", url.Values{},
		from("10.0.0.1")); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("too many links: status %d", a.StatusCode)
	}
	forged := func(r *http.Request) { r.Header["X-Forwarded-For"] = []string{"7.7.7.7", "10.0.0.1"} }
	if a := w.call("/masuk/salah", "", url.Values{}, forged); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("an address of the browser's own making: status %d", a.StatusCode)
	}
	if a := w.call("/masuk/salah", "", url.Values{}, from("10.0.0.2")); a.StatusCode != http.StatusGone {
		t.Errorf("another address: status %d", a.StatusCode)
	}
	last := 0
	for range sessionBurst + 1 {
		last = w.call("/akun", "kue-kurator", nil, from("10.0.0.3")).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("too many pages of a session: status %d", last)
	}
	for range addressBurst + 1 {
		last = w.call("/masuk", "", nil, from("10.0.0.4")).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("too many pages of an address: status %d", last)
	}
}

func TestLimiterStaysSmall(t *testing.T) {
	now := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	l := newLimiter(func() time.Time { return now }, 1, 1)
	for i := range maxBuckets + 50 {
		l.allow(string(rune(i)))
	}
	if len(l.all) > maxBuckets {
		t.Errorf("%d buckets", len(l.all))
	}
	now = now.Add(2 * idleBucket)
	l.allow("baru")
	if len(l.all) != 1 {
		t.Errorf("%d idle buckets stay", len(l.all))
	}
}

func TestMemoryForgets(t *testing.T) {
	now := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC)
	m := newMemory(func() time.Time { return now })
	v := &visit{user: curation.User{ID: "u1"}, session: curation.Session{Hash: []byte("h"),
		Expires: now.Add(time.Hour)}}
	m.keep(v, "kunci", "nilai")
	if m.kept(v, "kunci") != "nilai" {
		t.Fatal("the thing is not kept")
	}
	now = now.Add(time.Hour)
	if m.kept(v, "kunci") != nil {
		t.Error("the thing outlives the session")
	}
	now = now.Add(-time.Hour)
	m.forgetUser("u1")
	if m.kept(v, "kunci") != nil || len(m.all) != 0 {
		t.Error("the thing outlives signing out everywhere")
	}
}

func TestTelegramHTML(t *testing.T) {
	for in, want := range map[string]string{
		"<b>Boleh</b> &amp; <i>aman</i>":              "<b>Boleh</b> &amp; <i>aman</i>",
		"<b>tidak ditutup":                            "<b>tidak ditutup</b>",
		"</b>sisa":                                    "sisa",
		"<b><i>silang</b></i>":                        "<b><i>silang</i></b>",
		"<script>x</script><b onclick=y>z":            "&lt;script&gt;x&lt;/script&gt;&lt;b onclick=y&gt;z",
		`<a href="javascript:x">k</a>`:                `&lt;a href=&#34;javascript:x&#34;&gt;k`,
		`<a href="https://bkn.id">k</a>`:              `<a href="https://bkn.id" rel="noreferrer noopener">k</a>`,
		"<blockquote expandable>kutipan</blockquote>": "<blockquote>kutipan</blockquote>",
		"&lt;script&gt;":                              "&lt;script&gt;",
	} {
		if got := string(telegramHTML(in)); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
	}
}

func TestCharts(t *testing.T) {
	c := drawDays(perDay([]Tally{{"2026-11-02", "zone", "direct", 30}, {"2026-11-02", "zone", "none", 10},
		{"2026-11-09", "zone", "menu", 5}, {"2026-11-02", "topic", "x", 9}}, "2026-11-01", "2026-11-03"))
	if len(c.Days) != 3 || len(c.Bars) != 2 || c.Total != (dayCount{"", 30, 0, 10}) {
		t.Errorf("%+v", c)
	}
	for _, b := range c.Bars {
		if b.Y < chartTop-1 || b.Y+b.H > chartHeight-chartBottom+0.01 || b.X < chartLeft ||
			b.X+b.W > chartWidth {
			t.Errorf("a bar leaves the picture: %+v", b)
		}
	}
	if len(drawDays(nil).Bars) != 0 {
		t.Error("an empty chart has bars")
	}
	r := ranking([]Tally{{"d", "nohelp", "a", 2}, {"d", "nohelp", "b", 8}, {"d", "topic", "b", 40}},
		"nohelp", 8,
		strings.ToUpper)
	if len(r.Rows) != 2 || r.Rows[0].Label != "B" || r.Rows[0].Of != 40 || r.Rows[1].Width != rankWidth/4 {
		t.Errorf("%+v", r)
	}
}
