package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// splitter is a signed-in curator before the console.
type splitter struct {
	t      *testing.T
	base   string
	cookie string
	body   string // of the page that is open
}

// goes opens a page, or sends a form; what it leads to is open then.
func (s *splitter) goes(path string, form url.Values) {
	s.t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "konsol", Value: s.cookie})
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	s.body = string(text)
	switch {
	case answer.StatusCode == http.StatusSeeOther:
		s.goes(answer.Header.Get("Location"), nil)
	case answer.StatusCode != http.StatusOK:
		s.t.Fatalf("%s %s answers %d:\n%s", method, path, answer.StatusCode, s.body)
	}
}

// all lists what the first group of an expression finds on the page.
func (s *splitter) all(expression string) (found []string) {
	for _, m := range regexp.MustCompile(expression).FindAllStringSubmatch(s.body, -1) {
		found = append(found, m[1])
	}
	return found
}

// sends a form of the open page.
func (s *splitter) sends(path string, pairs ...string) {
	s.t.Helper()
	form := url.Values{"_form": s.all(`name="_form" value="([^"]+)"`)[:1]}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	s.goes(path, form)
}

// counts lists how often every group of the inbox was asked.
func (s *splitter) counts() string {
	s.t.Helper()
	s.goes("/pertanyaan", nil)
	return strings.Join(s.all(`<span class="count"[^>]*>([^<]+)</span>`), " ")
}

// TestSplitByTheConsole takes a question out of its group by the pages, asks it
// again, and joins both groups again.
func TestSplitByTheConsole(t *testing.T) {
	o := openBench(t, 0)
	mux, _ := o.routes()
	server := httptest.NewServer(mux)
	defer server.Close()
	s := &splitter{t: t, base: server.URL, cookie: o.cookie(t, rina.ID)}
	const own = "boleh pinjam tenda kelurahan untuk timses"
	const other = "boleh pinjam tenda kelurahan untuk timses istri"
	for i, text := range []string{own, own, other} {
		o.logs(t, int64(i+1), logged{text, "gedung-aset-dinas-kampanye"})
	}
	if got := s.counts(); got != "3×" {
		t.Fatalf("groups of %q", got)
	}
	group := s.all(`<h2><a href="(/pertanyaan/grup/[^"]+)"`)[0]
	s.goes(group, nil)
	taken := s.all(`name="pisah" value="([^"]+)"> <span>` + other)
	if len(taken) != 1 {
		t.Fatalf("%d boxes for the other question:\n%s", len(taken), s.body)
	}
	s.sends(group + "/pisah")
	if !strings.Contains(s.body, "Centang sebagian kalimat saja") || s.counts() != "3×" {
		t.Errorf("nothing was ticked, and the page says\n%s", s.body)
	}
	s.sends(group+"/pisah", "pisah", taken[0])
	if !strings.Contains(s.body, "1 kalimat kini menjadi kelompok sendiri") ||
		!strings.Contains(s.body, "<h1>"+other+"</h1>") || s.counts() != "2× 1×" {
		t.Errorf("after the split the groups are %q", s.counts())
	}
	o.logs(t, 4, logged{other, "gedung-aset-dinas-kampanye"})
	o.logs(t, 5, logged{other, "gedung-aset-dinas-kampanye"})
	if got := s.counts(); got != "3× 2×" {
		t.Errorf("asked twice more, the groups are %q", got)
	}
	s.goes("/pertanyaan/tindakan", nil)
	undo := s.all(`action="(/pertanyaan/tindakan/[^"]+)"`)
	if len(undo) != 1 || !strings.Contains(s.body, ">Gabungkan kembali</button>") {
		t.Fatalf("%d steps can be taken back:\n%s", len(undo), s.body)
	}
	s.sends(undo[0])
	if got := s.counts(); got != "5×" {
		t.Errorf("joined again, the groups are %q", got)
	}
	s.goes("/riwayat/audit", nil)
	for _, act := range []string{"memisahkan pertanyaan", "membatalkan tindakan"} {
		if !strings.Contains(s.body, act) {
			t.Errorf("the audit has no %q", act)
		}
	}
}
