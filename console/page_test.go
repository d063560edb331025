package console

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

func TestPages(t *testing.T) {
	w := newWorld(t)
	for _, p := range w.pagePaths() {
		t.Run(p.path, func(t *testing.T) {
			a := w.call(p.path, "kue-admin", nil)
			if a.StatusCode != http.StatusOK {
				t.Fatalf("status %d", a.StatusCode)
			}
			if !strings.Contains(a.body, "<title>"+p.title) && !strings.Contains(a.body, "<h1>"+p.title) {
				t.Errorf("neither title nor heading is %q", p.title)
			}
			for _, once := range []string{"<h1>", `<main id="isi"`, `class="skip"`, "TanyaNetral 1.2.3"} {
				if strings.Count(a.body, once) != 1 {
					t.Errorf("%q stands %d times", once, strings.Count(a.body, once))
				}
			}
			if strings.Count(a.body, `method="post"`) != strings.Count(a.body,
				`name="_form" value="token-u1"`) {
				t.Error("a form has no token")
			}
			for _, bad := range []string{"<script", " style=", " onclick", "{{", "<no value>", "%!"} {
				if strings.Contains(a.body, bad) {
					t.Errorf("the page has %q", bad)
				}
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	w := newWorld(t)
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; " +
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	}
	for _, path := range []string{"/", "/pertanyaan", "/masuk/baik", "/tidak-ada", "/pengguna"} {
		for _, cookie := range []string{"", "kue-kurator"} {
			a := w.call(path, cookie, nil)
			for k, v := range want {
				if a.Header.Get(k) != v {
					t.Errorf("%s: %s is %q", path, k, a.Header.Get(k))
				}
			}
		}
	}
	css := w.call("/static/style.css", "", nil)
	if css.StatusCode != http.StatusOK || !strings.HasPrefix(css.Header.Get("Content-Type"), "text/css") {
		t.Errorf("style sheet: %d %s", css.StatusCode, css.Header.Get("Content-Type"))
	}
}

func TestRoles(t *testing.T) {
	w := newWorld(t)
	open := map[string]bool{"/akun": true}
	for _, p := range w.pagePaths() {
		if open[p.path] {
			continue
		}
		w.audit.lines = nil
		a := w.call(p.path, "kue-pemeriksa", nil)
		if strings.HasPrefix(p.path, "/?") || p.path == "/" {
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/akun" {
				t.Errorf("%s: an investigator goes to %d %s", p.path, a.StatusCode, a.Header.Get("Location"))
			}
			continue
		}
		if a.StatusCode != http.StatusForbidden || !w.audit.has("console.refused") {
			t.Errorf("%s: status %d, audit %v", p.path, a.StatusCode, w.audit.lines)
		}
		if !strings.Contains(a.body, "Bukan wewenang Anda") ||
			strings.Contains(a.body, `href="/pertanyaan"`) {
			t.Errorf("%s: the page of the refusal is wrong", p.path)
		}
	}
	for _, path := range []string{"/pengguna", "/kesehatan"} {
		if a := w.call(path, "kue-kurator", nil); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: a curator got %d", path, a.StatusCode)
		}
	}
	for _, cookie := range []string{"", "kue-palsu"} {
		if a := w.call("/pertanyaan", cookie, nil); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("cookie %q: status %d", cookie, a.StatusCode)
		}
	}
}

// TestAddedPages proves that a set of pages comes in by one registration, with
// its role and its place in the menu.
func TestAddedPages(t *testing.T) {
	w := newWorld(t)
	s, err := New(nil, w.deps, Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.register(section{name: "Laporan", part: "Pemeriksaan", path: "/laporan", role: curation.Pemeriksa,
		routes: []route{{pattern: "GET /laporan", title: "Laporan", do: s.account}}})
	v := &visit{s: s, user: w.staff.users[2]}
	var names []string
	for _, part := range v.menu() {
		for _, e := range part.Entries {
			names = append(names, part.Name+"/"+e.Name)
		}
	}
	if want := []string{"Sistem/Akun saya", "Pemeriksaan/Laporan"}; !reflect.DeepEqual(names, want) {
		t.Errorf("the menu of an investigator is %v", names)
	}
}

// hostile is what somebody may write into any field.
const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)>`

// poison writes hostile text into every string below v that a person fills.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			fixed := name == "ID" || name == "Group" || name == "Related" || name == "Verdict" ||
				name == "State" ||
				name == "Kind" || name == "Topic" || name == "Near" || name == "Author" || name == "User" ||
				name == "Roles" || name == "Zone" || name == "Asks" && v.Field(i).Len() > 3
			if v.Field(i).CanSet() && !fixed {
				poison(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			for i := range v.Len() {
				poison(v.Index(i))
			}
		}
	case reflect.String:
		v.SetString(hostile)
	default:
	}
}

func TestScriptsInEveryField(t *testing.T) {
	w := newWorld(t)
	for i := range w.desk.base.Topics {
		poison(reflect.ValueOf(&w.desk.base.Topics[i]))
		w.desk.base.Topics[i].Asks = []string{hostile}
	}
	topic := knowledge.TopicItem(w.desk.base.Topics[2])
	for _, list := range []any{&w.desk.base.Groups, &w.desk.base.Instruments, &w.desk.base.Outside,
		&w.desk.base.Sources,
		&w.desk.groups, &w.desk.calendar.Elections, &w.staff.users, &w.audit.lines, &w.health, &w.trial,
		&w.desk.preview} {
		poison(reflect.ValueOf(list).Elem())
	}
	for i := range w.desk.revisions {
		w.desk.revisions[i].Note = hostile
		switch w.desk.revisions[i].Item.Kind {
		case knowledge.ItemTopic:
			w.desk.revisions[i].Item.Value = topic.Value
		case knowledge.ItemWord:
			w.desk.revisions[i].Item = knowledge.WordItem(hostile, hostile)
		case knowledge.ItemAsk:
			w.desk.revisions[i].Item = knowledge.AskItem(hostile, hostile)
		case knowledge.ItemInstrument:
			w.desk.revisions[i].Item = knowledge.InstrumentItem(w.desk.base.Instruments[0])
		}
	}
	w.sheets.report = Report{Errors: []CellError{{hostile, 1, hostile, hostile}}}
	check := func(path string, a answer) {
		if strings.Contains(a.body, "<script") || strings.Contains(a.body, "<img") {
			t.Errorf("%s lets a script through", path)
		}
		if a.StatusCode == http.StatusInternalServerError {
			t.Errorf("%s: status 500", path)
		}
	}
	seen := 0
	for _, p := range w.pagePaths() {
		a := w.call(p.path, "kue-admin", nil)
		check(p.path, a)
		if strings.Contains(a.body, "&lt;script&gt;alert(1)") {
			seen++
		}
	}
	if seen < 25 {
		t.Errorf("only %d pages showed the hostile text: the test lost its teeth", seen)
	}
	for _, f := range formPaths(w) {
		values := f.values
		for k := range values {
			if k != formField && k != "aksi" {
				values[k] = []string{hostile}
			}
		}
		check("POST "+f.path, w.call(f.path, "kue-admin", values))
		check("after POST "+f.path, w.call("/lembar", "kue-admin", nil))
	}
	w.call("/coba", "kue-admin", form("pertanyaan", hostile))
	check("/coba", w.call("/coba", "kue-admin", nil))
}

func TestBusyDatabaseLosesNothing(t *testing.T) {
	w := newWorld(t)
	w.desk.err = context.DeadlineExceeded
	a := w.call("/pertanyaan/grup/ga/gabung", "kue-admin", form("ke", "gb", "catatan", "kata-kata saya"))
	if a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "Kirim ulang") ||
		!strings.Contains(a.body, `name="catatan" value="kata-kata saya"`) {
		t.Errorf("status %d:\n%s", a.StatusCode, a.body)
	}
	w.desk.err = errors.New("disk on fire: secret words")
	a = w.call("/pertanyaan/grup/ga/gabung", "kue-admin", form("ke", "gb"))
	if a.StatusCode != http.StatusInternalServerError || strings.Contains(a.body, "secret words") ||
		!strings.Contains(w.log.String(), "disk on fire") {
		t.Errorf("status %d, log %s", a.StatusCode, w.log)
	}
}

func TestPanicIsAPage(t *testing.T) {
	w := newWorld(t)
	w.deps.Bot.Try = func(context.Context, string) (Trial, error) { panic("isi pertanyaan rahasia") }
	w.serve(Options{})
	a := w.call("/coba", "kue-admin", form("pertanyaan", "apa"))
	if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.body, "kode") {
		t.Errorf("status %d: %s", a.StatusCode, a.body)
	}
	if l := w.log.String(); strings.Contains(l, "rahasia") || !strings.Contains(l,
		"a page of the console broke") {
		t.Errorf("log: %s", l)
	}
}

func TestManyAtOnce(t *testing.T) {
	w := newWorld(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, path := range []string{"/", "/pertanyaan", "/topik", "/tinjauan", "/riwayat"} {
				if a := w.call(path, "kue-admin", nil); a.StatusCode != http.StatusOK {
					t.Errorf("%s: status %d", path, a.StatusCode)
				}
				w.call("/pertanyaan/grup/ga/abaikan", "kue-admin", form())
			}
		})
	}
	wait.Wait()
	if n := len(w.desk.done()); n != 20 {
		t.Errorf("%d of 20 forms arrived", n)
	}
}
