package console

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// axeFile is installed by npm ci in console/axe.
const axeFile = "axe/node_modules/axe-core/axe.min.js"

// browser starts Chromium and signs it in as the admin with a one-time link.
func browser(t *testing.T, w *world) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.NoFirstRun)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium (Debian's package chromium is needed): %v", err)
	}
	err := chromedp.Do(ctx, chromedp.Navigate(w.server.URL+"/masuk/baik"),
		chromedp.Click(chromedp.CSS("main button")), chromedp.WaitVisible(chromedp.CSS(".side, .menu")))
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return ctx
}

// axeResult is what axe-core found.
type axeResult struct {
	Violations []struct {
		ID    string
		Help  string
		Nodes []struct {
			HTML           string
			FailureSummary string
		}
	}
	Passes int
	Unsure []string
}

// runAxe checks the page, and lists what axe-core could not decide by itself.
const runAxe = `axe.run(document, {resultTypes: ["violations", "incomplete"]}).then(r =>
	JSON.stringify({violations: r.violations, passes: r.passes.length,
		unsure: r.incomplete.flatMap(v => v.nodes.map(n => n.html + " " + v.id + ": " +
			n.any.map(c => c.message)))}))`

// overflow is how many pixels the page is wider than the window.
const overflow = `document.documentElement.scrollWidth - window.innerWidth`

// openAll opens what is folded, so that it is checked too.
const openAll = `document.querySelectorAll("main details").forEach(d => d.open = true)`

// TestScreens opens every page in a browser, on a phone and on a desk: no page
// scrolls sideways, and axe-core finds nothing. With CONSOLE_SHOTS a picture of
// each is kept in that folder.
func TestScreens(t *testing.T) {
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("axe-core is missing; run npm ci in console/axe: %v", err)
	}
	w := newWorld(t)
	paths := append(w.pagePaths(), pagePath{"/tidak-ada", "Tidak ditemukan"}, pagePath{"/masuk/x", "Masuk"})
	ctx := browser(t, w)
	w.showing()
	for _, width := range []int64{360, 1280} {
		for _, p := range paths {
			t.Run(fmt.Sprintf("%d%s", width, p.path), func(t *testing.T) {
				checkScreen(t, ctx, w, width, p.path,
					string(axe))
			})
		}
	}
}

func checkScreen(t *testing.T, ctx context.Context, w *world, width int64, path, axe string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(w.server.URL+path))
	if err != nil {
		t.Fatal(err)
	}
	screenshot(t, ctx, width, path)
	_, err = chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](openAll))
	if err != nil {
		t.Fatal(err)
	}
	wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](overflow))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](axe)); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](runAxe, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	if wide > 0 {
		t.Errorf("the page is %d pixels wider than the window", wide)
	}
	var r axeResult
	if err := json.Unmarshal([]byte(found), &r); err != nil {
		t.Fatal(err)
	}
	if r.Passes == 0 {
		t.Error("axe-core checked nothing")
	}
	for _, u := range r.Unsure {
		// Numbers over the lines of a chart, and a sign that has its word beside it.
		if !strings.HasPrefix(u, "<text ") && !strings.HasPrefix(u, `<span aria-hidden="true">`) {
			t.Errorf("axe-core could not decide: %s", u)
		}
	}
	for _, v := range r.Violations {
		t.Errorf("%s: %s\n%s\n%s", v.ID, v.Help, v.Nodes[0].HTML, v.Nodes[0].FailureSummary)
	}
}

var notName = regexp.MustCompile(`[^a-z0-9]+`)

// screenshot keeps a picture when a folder for it is set.
func screenshot(t *testing.T, ctx context.Context, width int64, path string) {
	t.Helper()
	dir := os.Getenv("CONSOLE_SHOTS")
	if dir == "" {
		return
	}
	const best = 100 // PNG
	shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(best))
	if err != nil {
		t.Fatal(err)
	}
	name := strings.Trim(notName.ReplaceAllString(strings.ToLower(path), "-"), "-")
	if name == "" {
		name = "beranda"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}

// showing fills what only shows after a form.
func (w *world) showing() {
	w.call("/coba", "cookie-baik", form("pertanyaan", "klo sy cuma like postingan paslon kena sanksi ga?"))
	w.desk.groups[2].Samples[0] = strings.Repeat("panjang", 40) // a word that fits no line
	w.staff.users[3].Name = strings.Repeat("Nama", 20)
	w.sheets.report = Report{Rows: 155, Added: 2, Changed: 3, Same: 150,
		Errors: []CellError{{"topik", 7, "judul", "Judulnya kosong; tuliskan judul."}}}
	w.upload("isi.xlsx", "data", "token-u1", "cookie-baik")
	w.desk.preview.Flips = 1
	w.desk.preview.Golden = []curation.Change{{Question: "boleh foto bareng paslon", Flip: true,
		Before: w.desk.preview.Recent[0].After, After: w.desk.preview.Recent[0].Before}}
}

// TestBrowserKeepsTopics saves topics in a real browser without a change: what
// arrives is what was shown.
func TestBrowserKeepsTopics(t *testing.T) {
	w := newWorld(t)
	ctx := browser(t, w)
	const every = 12 // of the topics: thirteen forms
	for i := 0; i < len(w.desk.base.Topics); i += every {
		topic := &w.desk.base.Topics[i]
		err := chromedp.Do(ctx, chromedp.Navigate(w.server.URL+"/topik/isi/"+topic.ID),
			chromedp.Click(chromedp.CSS(`button[value="simpan"]`)),
			chromedp.WaitVisible(chromedp.CSS(".tabs")))
		if err != nil {
			t.Fatal(err)
		}
		want := knowledge.TopicItem(*topic)
		if diff := cmp.Diff(string(want.Value), string(w.desk.drafted[0].Value)); diff != "" {
			t.Fatalf("%s changed on its way (-want +got):\n%s", topic.ID, diff)
		}
	}
}
