package console

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// world is a console over fakes, on a real server on loopback.
type world struct {
	t      *testing.T
	server *httptest.Server
	desk   *fakeDesk
	staff  *fakeStaff
	audit  *fakeAudit
	sheets *fakeSheets
	deps   Deps
	log    *logged
	health []Line
	trial  Trial
}

// logged gathers the log, to prove what is not in it.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func shippedBase(t *testing.T) *knowledge.Base {
	t.Helper()
	b, err := knowledge.Load(knowledge.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// newWorld is a console in everyday use.
func newWorld(t *testing.T) *world {
	t.Helper()
	c, base := &clock{}, shippedBase(t)
	w := &world{t: t, desk: &fakeDesk{base: base}, audit: &fakeAudit{}, sheets: &fakeSheets{}, log: &logged{}}
	w.staff = &fakeStaff{now: c.now, links: map[string]string{"baik": "u1"}, cookies: map[string]string{
		"kue-admin": "u1", "kue-kurator": "u2", "kue-pemeriksa": "u3"}}
	w.staff.users = []curation.User{
		{ID: "u1", Name: "Ratna Dewi", Roles: []curation.Role{curation.Admin}, Active: true},
		{ID: "u2", Name: "Hendra Gunawan", Roles: []curation.Role{curation.Kurator}, Active: true},
		{ID: "u3", Name: "Inspektur Wayan", Roles: []curation.Role{curation.Pemeriksa}, Active: true},
		{ID: "u4", Name: "Pengganti Lama", Roles: []curation.Role{curation.Kurator}, Active: true,
			Until: "2026-10-01"},
	}
	w.desk.calendar = &knowledge.Calendar{Elections: []knowledge.Election{{Name: "Pilkada 2029",
		Begins:    "2026-11-01",
		Nominated: "2029-02-01", CampaignFrom: "2029-03-01", CampaignUntil: "2029-05-01",
		QuietUntil: "2029-05-04",
		Vote:       "2029-05-05", Ends: "2029-07-01"}}}
	w.fillDesk()
	w.trial = Trial{Answer: knowledge.Answer{Zone: knowledge.Direct, Topic: &base.Topics[0], Confidence: 0.91,
		Candidates: []knowledge.Candidate{{Topic: base.Topics[0].ID, Confidence: 0.91},
			{Topic: base.Topics[1].ID, Confidence: 0.04}}},
		Reply: preview(&base.Topics[0]), Why: "like  1.82\npaslon  1.10\n"}
	w.health = []Line{{"Telegram", "tersambung, terakhir 4 detik lalu", Good},
		{"Cadangan terakhir", "3 hari lalu", Warning}, {"Basis data", "41 MB", Good}}
	w.audit.lines = []curation.AuditLine{{At: c.now(), User: "u1", Act: "publish", Object: "r3"},
		{At: c.now(), Act: "sign-in", Object: "u2"}}
	w.deps = Deps{Desk: w.desk, Staff: w.staff, Audit: w.audit, Sheets: w.sheets,
		Tallies: w.tallies, Bot: w.bot(),
		Revision: w.desk.Revision, Health: func(context.Context) []Line { return w.health }}
	w.serve(Options{Version: "1.2.3", Zone: time.FixedZone("WIB", 7*3600), Now: c.now})
	return w
}

// bot finds two topics for every word, and warns of what says "dekat".
func (w *world) bot() Bot {
	base := w.desk.base
	return Bot{
		Search: func(_ context.Context, q string) ([]string, error) {
			if strings.Contains(q, "kosong") {
				return nil, nil
			}
			return []string{base.Topics[3].ID, "tidak-ada", base.Topics[5].ID}, nil
		},
		Near: func(topic, wording string) []knowledge.Candidate {
			if strings.Contains(wording, "dekat") {
				return []knowledge.Candidate{{Topic: base.Topics[9].ID, Confidence: 0.8}}
			}
			return []knowledge.Candidate{{Topic: topic, Confidence: 1}}
		},
		Preview: preview,
		Try:     func(context.Context, string) (Trial, error) { return w.trial, nil },
	}
}

// serve starts the console with the world's parts.
func (w *world) serve(opts Options) {
	w.t.Helper()
	log := slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s, err := New(log, w.deps, opts)
	if err != nil {
		w.t.Fatal(err)
	}
	w.server = httptest.NewServer(s)
	w.t.Cleanup(w.server.Close)
}

func preview(t *knowledge.Topic) string {
	return "<b>" + t.Verdict.Label() + "</b>\n\n" + t.Answer + "\n\n<b>Dasar:</b> <i>UU 20/2023</i> & lainnya"
}

func (w *world) tallies(_ context.Context, from, to knowledge.Day) ([]Tally, error) {
	var all []Tally
	day, err := time.Parse(time.DateOnly, string(from))
	if err != nil {
		return nil, err
	}
	for n := 0; knowledge.DayOf(day) <= to; n++ {
		d := knowledge.DayOf(day)
		all = append(all, Tally{d, "zone", "direct", 20 + n*7%13}, Tally{d, "zone", "menu", 6 + n%5},
			Tally{d, "zone", "none", 2 + n%3}, Tally{d, "topic", w.desk.base.Topics[n%9].ID, 3 + n%4})
		if n%3 == 0 {
			all = append(all, Tally{d, "nohelp", w.desk.base.Topics[n%4].ID, 1})
		}
		day = day.AddDate(0, 0, 1)
	}
	return all, nil
}

// fillDesk puts questions and changes on the desk.
func (w *world) fillDesk() {
	base := w.desk.base
	samples := []string{"klo sy cuma like postingan paslon kena sanksi ga?",
		"boleh nyoblos pake baju dinas min",
		"istri sy caleg, sy harus cuti?", "ikut grup wa timses dosa gak ya"}
	for i := range 24 {
		s := samples[i%len(samples)]
		w.desk.groups = append(w.desk.groups, curation.Group{ID: "g" + string(rune('a'+i)), Count: 40 - i,
			First: "2026-10-02", Last: "2026-11-20", Samples: []string{s, s + " mohon pencerahannya"},
			Waiting: i % 3,
			Near: []knowledge.Candidate{{Topic: base.Topics[i].ID, Confidence: 0.46},
				{Topic: base.Topics[i+1].ID, Confidence: 0.21}},
			Reasons: map[knowledge.Reason]int{knowledge.NotFound: 12, knowledge.NoHelp: i % 2}})
	}
	old := base.Topics[2]
	changed := old
	changed.Answer, changed.Verdict = "Jawaban yang diperbarui oleh kurator.", knowledge.Bersyarat
	made := time.Date(2026, 11, 20, 4, 5, 0, 0, time.UTC)
	add := func(id string, state curation.State, it knowledge.Item, before []byte, author string) {
		r := curation.Revision{ID: id, Item: it, Before: before, Author: author, State: state, Made: made,
			Note: "Sesuai surat terbaru."}
		if state == curation.Terbit {
			r.Number, r.Published, r.Reviewer = 3, made.Add(time.Hour), "u1"
		}
		w.desk.revisions = append(w.desk.revisions, r)
	}
	add("r1", curation.Diajukan, knowledge.TopicItem(changed),
		base.ItemValue(knowledge.ItemTopic, old.ID), "u2")
	add("r2", curation.Draf, knowledge.AskItem(old.ID, "bolehkah nyoblos pake seragam"), nil, "u2")
	add("r3", curation.Terbit, knowledge.WordItem("nyaleg", "mencalonkan diri"), nil, "u2")
	add("r4", curation.Disetujui, knowledge.InstrumentItem(base.Instruments[3]), nil, "u4")
	add("r5", curation.Terbit, knowledge.Item{Kind: knowledge.ItemAsk, Key: old.ID + "/kalimat lama"},
		[]byte(`{"owner":"x","text":"kalimat lama"}`), "u1")
	v := curation.Verdict{Zone: knowledge.Direct, Topic: base.Topics[1].ID}
	m := curation.Verdict{Zone: knowledge.Menu, Candidates: w.desk.groups[0].Near}
	w.desk.preview = curation.Preview{Checked: 1204, Recent: []curation.Change{{Question: samples[0],
		Before: m, After: v}},
		Near: []curation.NearWarning{{Topic: old.ID, Wording: samples[1], Near: w.desk.groups[0].Near}}}
}

// page is what came back.
type answer struct {
	*http.Response
	body string
}

// call sends one request with a cookie; form nil means GET.
func (w *world) call(path, cookie string, form url.Values, change ...func(*http.Request)) answer {
	w.t.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, body)
	if err != nil {
		w.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "konsol", Value: cookie})
	}
	for _, f := range change {
		f(r)
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	w.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request,
		[]*http.Request) error {
		return http.ErrUseLastResponse
	}}
	resp, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		w.t.Fatal(err)
	}
	return answer{resp, string(data)}
}

// form builds the values of a form of the admin.
func form(pairs ...string) url.Values {
	f := url.Values{formField: {"token-u1"}}
	for i := 0; i < len(pairs); i += 2 {
		f.Add(pairs[i], pairs[i+1])
	}
	return f
}

// pagePath is one page with the heading that it must have.
type pagePath struct{ path, title string }

// pagePaths are all pages of curators and admins.
func (w *world) pagePaths() []pagePath {
	topic := w.desk.base.Topics[2]
	return []pagePath{
		{"/", "Beranda"}, {"/?hari=90", "Beranda"}, {"/pertanyaan", "Pertanyaan belum terjawab"},
		{"/pertanyaan?alasan=tidak-membantu&hal=1", "Pertanyaan belum terjawab"},
		{"/pertanyaan/grup/ga", "Satu pertanyaan"}, {"/pertanyaan/tindakan", "Tindakan terakhir"},
		{"/topik", "Topik"}, {"/topik?q=like", "Topik"}, {"/topik/baru", "Topik baru"},
		{"/topik/baru?grup=ga", "Topik baru"}, {"/topik/isi/" + topic.ID, topic.Title},
		{"/topik/isi/" + topic.ID + "?draf=r1", topic.Title}, {"/topik/isi/" + topic.ID + "/kalimat",
			"Cara bertanya"},
		{"/tinjauan", "Tinjauan"}, {"/tinjauan?keadaan=draf", "Tinjauan"}, {"/tinjauan?keadaan=disetujui",
			"Tinjauan"},
		{"/tinjauan/satu/r1", "Topik"}, {"/tinjauan/satu/r2", "Cara bertanya"}, {"/tinjauan/satu/r4",
			"Dasar hukum"},
		{"/tinjauan/terbit?ids=r4,r1", "Terbitkan"}, {"/coba", "Coba bertanya"}, {"/tahapan", "Tahapan"},
		{"/tahapan/ubah", "Tahapan"}, {"/tahapan/ubah?nama=Pilkada+2029", "Tahapan"}, {"/dasar", "Dasar hukum"},
		{"/dasar/ubah", "Dasar hukum"}, {"/dasar/ubah?id=" + url.QueryEscape(w.desk.base.Instruments[0].ID),
			w.desk.base.Instruments[0].ID},
		{"/kosakata", "Kosakata"}, {"/lembar", "Lembar kerja"}, {"/riwayat", "Riwayat"},
		{"/riwayat?keadaan=terbit&jenis=kata", "Riwayat"}, {"/riwayat/satu/r3", "Kosakata"},
		{"/riwayat/satu/r5", "Cara bertanya"}, {"/riwayat/audit", "Catatan audit"}, {"/pengguna", "Pengguna"},
		{"/kesehatan", "Kesehatan"}, {"/akun", "Akun saya"},
	}
}

// topicValues are the form of a topic as a browser sends it unchanged.
func topicValues(t *knowledge.Topic, pairs ...string) url.Values {
	f := form("title", t.Title, "group", t.Group, "verdict", string(t.Verdict), "answer", t.Answer,
		"explanation", t.Explanation, "instead", t.Instead, "allowed", t.Allowed, "forbidden", t.Forbidden,
		"already", t.Already, "caution", t.Caution, "check", t.Check, "confidence", string(t.Confidence),
		"reviewed", string(t.Reviewed), "evidence", string(t.Evidence), "seen", "7", "drafts", "r1", "aksi",
		"simpan")
	f["related"], f["sources"] = slices.Clone(t.Related), slices.Clone(t.Sources)
	for i, o := range t.Outcomes {
		row := fmt.Sprintf("o%d.", i)
		f.Set(row+"when", string(o.When))
		f.Set(row+"if", o.If)
		f.Set(row+"akibat", string(o.Kind)+"/"+string(o.Level))
		for _, who := range o.Who {
			f.Add(row+"who", string(who))
		}
		for _, c := range o.Basis {
			f.Add(row+"basis", c.String())
		}
	}
	for i, x := range t.Sections {
		row := fmt.Sprintf("s%d.", i)
		f.Set(row+"for", x.For)
		f.Set(row+"text", x.Text)
	}
	for i, x := range t.Positions {
		row := fmt.Sprintf("p%d.", i)
		f.Set(row+"holder", x.Holder)
		f.Set(row+"text", x.Text)
	}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return f
}

// asJSON writes a value for comparison.
func asJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
