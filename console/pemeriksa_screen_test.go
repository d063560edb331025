package console

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestReportScreens opens the investigators' pages in a browser as TestScreens
// does the rest: locked and open, on a phone and on a desk.
func TestReportScreens(t *testing.T) {
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatalf("axe-core is missing; run npm ci in console/axe: %v", err)
	}
	b := newBureau(t)
	b.staff.links["baik"] = "u3"
	_, id := b.send("Sekretaris Inspektorat")
	b.unlock("u3")
	for _, id := range []string{b.first, id} {
		b.leads("u3", "/laporan/satu/"+id+"/balas", "teks", "Terima kasih. Apakah ada daftar hadirnya?")
		b.leads("u3", "/laporan/satu/"+id+"/catatan", "teks", "Minta salinan surat tugas kepada bagian umum.")
	}
	b.unlock("u5")
	b.leads("u5", "/laporan/satu/"+b.first+"/hapus", "aksi", "minta")
	b.clock.ticks.Add(5 * 60 * 5) // five minutes, so that the browser begins with a fresh rate
	ctx := browser(t, b.world)
	look := func(name string, paths ...string) {
		for _, width := range []int64{360, 1280} {
			for _, path := range paths {
				t.Run(fmt.Sprintf("%s %d%s", name, width, path), func(t *testing.T) {
					checkScreen(t, ctx, b.world, width, path, string(axe))
				})
			}
		}
	}
	look("locked", "/laporan", "/laporan/kunci?laporan="+b.first)
	err = chromedp.Do(ctx, chromedp.Navigate(b.world.server.URL+"/laporan/kunci"),
		chromedp.SendKeys(chromedp.CSS("#frasa"), b.phrases["u3"]),
		chromedp.Click(chromedp.CSS("main form button")),
		chromedp.WaitVisible(chromedp.CSS(".keybar")))
	if err != nil {
		t.Fatalf("unlock: %v", err)
	}
	var paths []string
	for _, p := range b.reportPaths() {
		paths = append(paths, p.path)
	}
	look("open", append(paths, "/laporan/satu/"+id, "/laporan/satu/tidak-ada")...)
	printed(t, ctx, b.world.server.URL+"/laporan/satu/"+b.first+"/lembar?untuk=bawaslu")
	b.staff.users[2].Roles = append(b.staff.users[2].Roles, "admin")
	look("keys", "/pemeriksa")
	err = chromedp.Do(ctx, chromedp.Navigate(b.world.server.URL+"/pemeriksa"),
		chromedp.SendKeys(chromedp.CSS("#jabatan"), "Auditor Madya"),
		chromedp.SetValue(chromedp.CSS("#pengguna"), "u3"), chromedp.Click(chromedp.CSS("input[value=sini]")),
		chromedp.Click(chromedp.CSS("main > form:last-of-type button")),
		chromedp.WaitVisible(chromedp.CSS("#frasa")))
	if err != nil {
		t.Fatalf("add a key: %v", err)
	}
	screenshot(t, ctx, 1280, "/pemeriksa/frasa")
	checkAxe(t, ctx)
}

// checkAxe checks the page that is open, with the axe-core of a page before it
// gone: a page that answers a form cannot be opened by its address.
func checkAxe(t *testing.T, ctx context.Context) {
	t.Helper()
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
		t.Fatal(err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](runAxe, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	var r axeResult
	if err := json.Unmarshal([]byte(found), &r); err != nil {
		t.Fatal(err)
	}
	if r.Passes == 0 || len(r.Violations) > 0 {
		t.Errorf("axe-core: %d passes, %+v", r.Passes, r.Violations)
	}
}

// pdfPage stands once for every page of a PDF that Chromium prints.
var pdfPage = regexp.MustCompile(`/Type\s*/Page\b`)

// printed prints a sheet: without menu and buttons it fits on one page.
func printed(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(pdfPage.FindAll(pdf, -1)); n != 1 {
		t.Errorf("the sheet takes %d pages", n)
	}
	if dir := os.Getenv("CONSOLE_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "lembar.pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
