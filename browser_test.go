package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tanyanetral/bot/telegramtest"
	"tanyanetral/curation"
	"tanyanetral/storage"
)

// place is the real program with a console, a fake Telegram and a browser.
type place struct {
	t       *testing.T
	fake    *telegramtest.Server
	program *program
	state   string
	base    string // address of the console
	browser context.Context
}

// Those who work in the office of these tests, admins by its settings.
var (
	rina = telegramtest.User{ID: 7001, FirstName: "Rina"}
	bayu = telegramtest.User{ID: 7002, FirstName: "Bayu"}
)

// openPlace starts everything over a state folder, which may hold something
// already.
func openPlace(t *testing.T, state string) *place {
	t.Helper()
	p := &place{t: t, fake: telegramtest.New(t), state: state}
	p.base = "http://" + freeAddress(t)
	p.serves()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	browser, end := chromedp.NewContext(alloc)
	t.Cleanup(func() { end(); stop() })
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium (Debian's package chromium is needed): %v", err)
	}
	p.browser = browser
	return p
}

// serves starts the program with further settings.
func (p *place) serves(further ...string) {
	p.t.Helper()
	args := append([]string{"serve", "--fast-sends", "--listen", strings.TrimPrefix(p.base, "http://"),
		"--public-url", p.base, "--admins", fmt.Sprint(rina.ID, ",", bayu.ID), "--alert-at", "0"}, further...)
	p.program = start(p.t, p.fake, p.state, args...)
	p.program.listens(p.t)
}

// says lets a person write to the bot and returns what the bot answers.
func (p *place) says(u telegramtest.User, text string) string {
	p.t.Helper()
	p.fake.Answer(u, text)
	return p.newest(u)
}

// presses taps a button of the bot.
func (p *place) presses(u telegramtest.User, label string) string {
	p.t.Helper()
	p.fake.TapButton(u, u.ID, label)
	return p.newest(u)
}

func (p *place) newest(u telegramtest.User) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	if err := p.fake.AwaitIdle(ctx); err != nil {
		p.t.Fatal(err)
	}
	m, _ := p.fake.Newest(u.ID)
	return m.Plain
}

// look reads the program's database beside it.
func (p *place) look(do func(*storage.DB) error) {
	p.t.Helper()
	db, err := storage.Open(p.t.Context(), newLog(io.Discard, 0), p.state, storage.Beside())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := do(db); err != nil {
		p.t.Error(err)
	}
	if err := db.Close(); err != nil {
		p.t.Error(err)
	}
}

// revisions are the changes of the office in a state.
func (p *place) revisions(state curation.State) (all []curation.Revision) {
	p.t.Helper()
	p.look(func(db *storage.DB) (err error) {
		all, err = db.Revisions(p.t.Context(), curation.RevisionFilter{State: state})
		return err
	})
	return all
}

// window is a browser of one person: others see none of its cookies.
type window struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// window opens a browser of one more person. It is made without a limit of
// time, since it would end with that.
func (p *place) window() *window {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.browser, chromedp.WithNewBrowserContext())
	p.t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		p.t.Fatalf("open a window: %v", err)
	}
	return &window{p.t, ctx, p.base}
}

var linkPattern = regexp.MustCompile(`http://\S+/masuk/\S+`)

// signIn gets a link from the bot and opens the console with it.
func (p *place) signIn(u telegramtest.User) (w *window, link string) {
	p.t.Helper()
	link = linkPattern.FindString(p.says(u, "/konsol"))
	if link == "" {
		p.t.Fatal("the bot gives no link to the console")
	}
	w = p.window()
	w.opens(strings.TrimPrefix(link, p.base), "Masuk ke konsol")
	w.clicks("main form button", "Keluar")
	return w, link
}

// do does steps of the browser within a minute.
func (w *window) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.t.Fatalf("%s: %v", what, err)
	}
}

// opens goes to a page, on which a text has to stand.
func (w *window) opens(path, want string) {
	w.t.Helper()
	w.do("open "+path, chromedp.Navigate(w.base+path))
	w.shows(want)
}

// clicks presses a button and waits for the page to which it leads.
func (w *window) clicks(css, want string) {
	w.t.Helper()
	w.does(`document.body.dataset.old = "1"`)
	w.do("press "+css, chromedp.Click(chromedp.CSS(css)),
		chromedp.WaitReady(chromedp.CSS("body:not([data-old]) .foot")))
	w.shows(want)
}

// does runs a script in the page.
func (w *window) does(script string) {
	w.t.Helper()
	w.do("run "+script, chromedp.Evaluate[chromedp.Void](script))
}

// writes replaces what stands in a field.
func (w *window) writes(css, text string) {
	w.t.Helper()
	w.do("write into "+css, chromedp.SetValue(chromedp.CSS(css), text))
}

// text is what a person reads on the page.
func (w *window) text() string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, time.Minute)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func (w *window) shows(want string) {
	w.t.Helper()
	if got := w.text(); !strings.Contains(got, want) {
		w.t.Fatalf("the page shows\n%.3000s\nwant %q in it", got, want)
	}
}

func (w *window) hides(not string) {
	w.t.Helper()
	if got := w.text(); strings.Contains(got, not) {
		w.t.Errorf("the page shows\n%.3000s\nwant no %q in it", got, not)
	}
}

// publishes lets somebody approve all that is submitted and publish it.
func (w *window) publishes(name string) {
	w.t.Helper()
	w.opens("/tinjauan", name)
	w.clicks(`button[value="setujui"]`, "disetujui. Terbitkan bila sudah siap.")
	w.clicks(`button[value="terbit"]`, "Periksa dan terbitkan")
	w.shows("pertanyaan dicoba dengan isi baru")
	w.hides("Tetap terbitkan")
	w.clicks(`form[action="/tinjauan/terbit"] button`, "terbit dan langsung berlaku")
}

// What is asked in TestQuestionBecomesAnswer: no topic answers it, and the
// curators give it to one.
const (
	strayQuestion = "dapat kalender dinding dari caleg dipasang di rumah dinas"
	strayTopic    = "pasang-apk-rumah-kendaraan"
	textUnknown   = "belum ada jawaban yang cukup pasti"
)

// TestQuestionBecomesAnswer walks the whole way of a question: asked in
// Telegram, given to a topic in the console, approved by a second person,
// published, answered, told to who waited, after a start anew; and all of it
// taken back.
func TestQuestionBecomesAnswer(t *testing.T) {
	p := openPlace(t, t.TempDir())
	asker := telegramtest.User{ID: 9001, FirstName: "Pegawai"}
	others := []telegramtest.User{{ID: 9002}, {ID: 9003}, {ID: 9004}}
	p.waits(asker)
	first, link := p.signIn(rina)
	first.opens("/pertanyaan", strayQuestion)
	first.shows("1 ingin dikabari")
	first.clicks(fmt.Sprintf(`button.pill[value=%q]`, strayTopic), "1 cara bertanya ditambahkan")
	first.shows("Tidak ada pertanyaan yang menunggu")
	first.opens("/tinjauan", strayQuestion)
	first.clicks(`button[value="setujui"]`, "Perlu orang kedua")
	if got := p.says(others[0], strayQuestion); !strings.Contains(got, textUnknown) {
		t.Errorf("before it is published, the question is answered with\n%s", got)
	}
	second, _ := p.signIn(bayu)
	second.publishes(strayQuestion)
	if got := p.says(others[1], strayQuestion); !strings.Contains(got, "memasang baliho, spanduk") {
		t.Errorf("after it is published, the question is answered with\n%s", got)
	}
	p.quietly()
	p.serves("--at", time.Now().AddDate(0, 0, 1).Format(time.DateOnly)) // nobody is told at once
	p.told(asker)
	p.quietly()
	p.serves()
	p.takesBack(first, second, others[2])
	p.keepsOut(first, link)
	first.opens("/riwayat/audit", "Catatan audit")
	p.quietly()
}

// quietly stops the program, which has nowhere said what was asked.
func (p *place) quietly() {
	p.t.Helper()
	p.program.stop(p.t)
	if strings.Contains(p.program.output.String(), "kalender dinding") {
		p.t.Error("the question stands in the log")
	}
}

// waits lets somebody ask and wish to be told.
func (p *place) waits(asker telegramtest.User) {
	p.t.Helper()
	if got := p.says(asker, strayQuestion); !strings.Contains(got, textUnknown) {
		p.t.Fatalf("the question is answered with\n%s", got)
	}
	if got := p.presses(asker, "Kabari saya"); !strings.Contains(got, "Bila Anda setuju") {
		p.t.Fatalf("no consent is asked for:\n%s", got)
	}
	p.presses(asker, "Ya, kabari saya")
	p.look(func(db *storage.DB) error {
		waits, err := db.Waits(p.t.Context())
		if len(waits) != 1 {
			p.t.Errorf("%d waits are kept, want 1", len(waits))
		}
		return err
	})
}

// told waits for the news that somebody asked for, after which nothing is kept
// of them.
func (p *place) told(asker telegramtest.User) {
	p.t.Helper()
	await(p.t, p.fake, "the news for who waits", func(s *telegramtest.Server) bool {
		m, _ := s.Newest(asker.ID)
		return strings.Contains(m.Plain, "Pertanyaan Anda sudah ada jawabannya.")
	})
	deadline := time.Now().Add(time.Minute)
	for left := 1; left > 0; {
		p.look(func(db *storage.DB) error {
			waits, err := db.Waits(p.t.Context())
			left = len(waits)
			return err
		})
		if left > 0 && time.Now().After(deadline) {
			p.t.Fatal("who was told is still kept")
		}
	}
}

// takesBack undoes the step, and then takes the undoing back by the history.
func (p *place) takesBack(first, second *window, asker telegramtest.User) {
	p.t.Helper()
	first.opens("/pertanyaan/tindakan", "Batalkan")
	first.clicks(`form[action^="/pertanyaan/tindakan/"] button`, "Tindakan dibatalkan")
	second.publishes(strayQuestion)
	if got := p.says(asker, strayQuestion); !strings.Contains(got, textUnknown) {
		p.t.Errorf("after the step was undone, the question is answered with\n%s", got)
	}
	first.opens("/pertanyaan", strayQuestion)
	first.opens("/riwayat?keadaan=terbit", "nomor 2")
	first.clicks(".list li:first-child a", "Kembalikan perubahan ini")
	first.clicks(`form[action$="/kembalikan"] button`, "draf dibuat untuk mengembalikan isi lama")
	first.clicks(`button[value="ajukan"]`, "diajukan untuk ditinjau")
	second.publishes(strayQuestion)
	asker.ID += 100
	if got := p.says(asker, strayQuestion); !strings.Contains(got, "memasang baliho, spanduk") {
		p.t.Errorf("after the undoing was taken back, the question is answered with\n%s", got)
	}
	published := p.revisions(curation.Terbit)
	if len(published) != 3 {
		p.t.Errorf("the history holds %d published changes, want 3", len(published))
	}
}

// keepsOut tries what the console refuses: a link that was used, a page of
// another role, a form that is not the console's.
func (p *place) keepsOut(w *window, used string) {
	p.t.Helper()
	w.opens("/laporan", "Bukan wewenang Anda")
	w.does(`document.querySelectorAll("input[name=_form]").forEach(i => i.value = "palsu")`)
	w.clicks(`form.out button`, "Formulir ditolak")
	w.opens("/akun", "Akun saya")
	stranger := p.window()
	stranger.opens(strings.TrimPrefix(used, p.base), "Masuk ke konsol")
	stranger.clicks("main form button", "Tautan tidak berlaku lagi")
	stranger.opens("/pertanyaan", "Silakan masuk")
	acts := map[string]int{}
	p.look(func(db *storage.DB) error {
		lines, err := db.Audit(p.t.Context(), 100, 0)
		for _, l := range lines {
			acts[l.Act]++
		}
		return err
	})
	for _, act := range []string{"console.refused", "console.forged", "console.link", "publish", "approve",
		"group.undo"} {
		if acts[act] == 0 {
			p.t.Errorf("no audit line %q among %v", act, acts)
		}
	}
}
