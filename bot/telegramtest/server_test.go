package telegramtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// start is the frozen time at which the tests begin.
func start() time.Time { return time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC) }

func siti() User { return User{ID: 7, FirstName: "Siti", UserName: "siti", LanguageCode: "id"} }

// answer is Telegram's envelope as a client sees it.
type answer struct {
	OK          bool
	Result      json.RawMessage
	Code        int `json:"error_code"`
	Description string
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	}
}

// within bounds everything in a test that waits.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// post sends one body to a method.
func post(ctx context.Context, s *Server, method, kind string, body io.Reader) (answer, error) {
	address := s.URL() + "/bot" + s.Token() + "/" + method
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", kind)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		return answer{Code: resp.StatusCode}, fmt.Errorf("status %d: %w", resp.StatusCode, err)
	}
	if !a.OK && a.Code != resp.StatusCode {
		return a, fmt.Errorf("status %d and code %d", resp.StatusCode, a.Code)
	}
	return a, nil
}

// try calls a method with name, value, name, value… as a form.
func try(ctx context.Context, s *Server, method string, pairs ...any) (answer, error) {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(fmt.Sprint(pairs[i]), fmt.Sprint(pairs[i+1]))
	}
	return post(ctx, s, method, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// call is try where the connection must hold.
func call(t *testing.T, s *Server, method string, pairs ...any) answer {
	t.Helper()
	a, err := try(within(t), s, method, pairs...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return a
}

// expect calls a method and compares the description, empty for success.
func expect(t *testing.T, want string, s *Server, method string, pairs ...any) answer {
	t.Helper()
	a := call(t, s, method, pairs...)
	if a.Description != want || a.OK != (want == "") {
		t.Errorf("%s: got %q, want %q", method, a.Description, want)
	}
	return a
}

// ids are the update ids in an answer of getUpdates.
func ids(t *testing.T, a answer) string {
	t.Helper()
	var list []struct {
		ID int `json:"update_id"`
	}
	if err := json.Unmarshal(a.Result, &list); err != nil {
		t.Fatalf("decoding updates: %v (%s)", err, a.Description)
	}
	var out []string
	for _, u := range list {
		out = append(out, itoa(u.ID))
	}
	return strings.Join(out, " ")
}

func TestRequests(t *testing.T) {
	data, err := os.ReadFile("testdata/requests.txt")
	if err != nil {
		t.Fatal(err)
	}
	filler := regexp.MustCompile(`\{\{(\d+)(\*[^}]+)?\}\}`)
	text := filler.ReplaceAllStringFunc(string(data), func(m string) string {
		part := filler.FindStringSubmatch(m)
		n, _ := strconv.Atoi(part[1])
		return strings.Repeat(cmp.Or(strings.TrimPrefix(part[2], "*"), "a"), n)
	})
	var request string
	var want []string
	n := 0
	check := func() {
		if request != "" {
			n++
			checkRequest(t, request, strings.Join(want, "\n"))
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "" || line[0] == '#':
		case strings.Contains(line, " {"):
			check()
			request, want = line, nil
		default:
			want = append(want, strings.TrimPrefix(line, "-> "))
		}
	}
	check()
	if n < 60 {
		t.Errorf("only %d requests were read", n)
	}
}

// checkRequest sends one request in both spellings to fresh servers.
func checkRequest(t *testing.T, request, want string) {
	t.Helper()
	request, jsonOnly := strings.CutPrefix(request, "json ")
	method, body, _ := strings.Cut(request, " ")
	var params map[string]any
	if err := json.Unmarshal([]byte(body), &params); err != nil {
		t.Fatalf("%s: %v", request[:min(80, len(request))], err)
	}
	form := url.Values{}
	for name, v := range params {
		if text, ok := v.(string); ok {
			form.Set(name, text)
		} else {
			form.Set(name, canonical(v))
		}
	}
	bodies := map[string]string{"application/json": body}
	if !jsonOnly {
		bodies["application/x-www-form-urlencoded"] = form.Encode()
	}
	for kind, body := range bodies {
		s := New(t, Frozen(start()))
		s.Start(siti())
		call(t, s, "sendMessage", "chat_id", 7, "text", "satu")
		a, err := post(within(t), s, method, kind, strings.NewReader(body))
		if err != nil {
			t.Fatalf("%s: %v", method, err)
		}
		got := "200"
		if !a.OK {
			got = fmt.Sprintf("%d %s", a.Code, a.Description)
		}
		for _, v := range s.TakeViolations() {
			got += "\n" + v.Field + ": " + v.Rule
		}
		if got != want {
			t.Errorf("%s as %s:\ngot  %s\nwant %s", request[:min(100, len(request))], kind, got, want)
		}
	}
}

func TestBadBodies(t *testing.T) {
	s := New(t)
	for kind, body := range map[string]string{
		"application/json":                   `{"chat_id":7`,
		"application/x-www-form-urlencoded":  "a=%zz",
		"text/plain":                         "x",
		"multipart/form-data; boundary=none": "x",
		"":                                   "x",
	} {
		a, err := post(within(t), s, "sendMessage", kind, strings.NewReader(body))
		if err != nil || a.Code != 400 {
			t.Errorf("%q: %v %v", kind, a, err)
		}
		if got := s.TakeViolations(); len(got) != 1 || got[0].Field != "body" {
			t.Errorf("%q: violations %v", kind, got)
		}
	}
	_, err := post(within(t), s, "sendMessage", "application/x-www-form-urlencoded",
		io.MultiReader(strings.NewReader("text="), bytes.NewReader(make([]byte, maxBody))))
	if err == nil || len(s.TakeViolations()) != 1 {
		t.Errorf("an endless body: %v", err)
	}
	expectToken(t, s)
}

func expectToken(t *testing.T, s *Server) {
	t.Helper()
	for path, want := range map[string]int{
		"/bot" + s.Token() + "/getMe": 200, "/botx/getMe": 401, "/file/botx/a": 401, "/": 404, "/botx": 404,
		"/bot" + s.Token() + "/getUpdates?offset=0&offset=0": 400,
	} {
		resp, err := http.Get(s.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		if resp.Body.Close(); resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
		}
	}
	if got := s.TakeViolations(); len(got) != 1 || got[0].Rule != "given twice" {
		t.Errorf("violations %v", got)
	}
}

// recorder is a test that may fail without failing this one.
type recorder struct {
	testing.TB

	errors  []string
	cleanup []func()
}

func (r *recorder) Helper()                   {}
func (r *recorder) Cleanup(f func())          { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }

func TestNewReportsViolations(t *testing.T) {
	r := &recorder{TB: t}
	s := New(r)
	call(t, s, "sendMesage", "text", "rahasia")
	call(t, s, "sendMessage", "chat_id", 7, "text", "<rahasia>", "parse_mode", "HTML")
	for _, f := range r.cleanup {
		f()
	}
	want := "Bot API rule broken: sendMesage : unknown method\n" +
		"Bot API rule broken: sendMessage text: markup: unsupported start tag at byte offset 0"
	if got := strings.Join(r.errors, "\n"); got != want {
		t.Errorf("got %q", got)
	}
}

func TestUploadsAndDownloads(t *testing.T) {
	s := New(t)
	s.Start(siti())
	send := func(method, field, name string, data []byte) answer {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		_ = w.WriteField("chat_id", "7")
		_ = w.WriteField("caption", "<b>laporan</b>")
		_ = w.WriteField("parse_mode", "HTML")
		part, _ := w.CreateFormFile(field, name)
		_, _ = part.Write(data)
		_ = w.Close()
		a, err := post(within(t), s, method, w.FormDataContentType(), &body)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if a := send("sendDocument", "document", "laporan.txt", []byte("isi")); !a.OK {
		t.Fatal(a.Description)
	}
	m, _ := s.Newest(7)
	if m.Plain != "laporan" || m.File == nil || string(m.File.Data) != "isi" || m.File.Name != "laporan.txt" {
		t.Errorf("stored %+v", m)
	}
	expect(t, "", s, "sendDocument", "chat_id", 7, "document", m.File.ID)
	send("sendPhoto", "photo", "/home/x/laporan.jpg", make([]byte, maxPhoto+1))
	got := fmt.Sprint(s.TakeViolations())
	if got != "[sendPhoto photo: file name carries a path]" {
		t.Errorf("violations %s", got)
	}
	if a := send("sendPhoto", "photo", "a.jpg", make([]byte, maxPhoto+1)); a.Code != 400 {
		t.Errorf("large photo: %+v", a)
	}
	s.TakeViolations()
	s.Attach(siti(), "document", Attachment{Name: "besar.zip", Size: maxDownload + 1})
	s.Attach(siti(), "photo", Attachment{Data: []byte("gambar"), Caption: "bukti"})
	list := s.Messages(7)
	big, small := list[len(list)-2].File, list[len(list)-1].File
	expect(t, "Bad Request: file is too big", s, "getFile", "file_id", big.ID)
	var f struct {
		Path string `json:"file_path"`
	}
	a := expect(t, "", s, "getFile", "file_id", small.ID)
	if err := json.Unmarshal(a.Result, &f); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(s.URL() + "/file/bot" + s.Token() + "/" + f.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if data, err := io.ReadAll(resp.Body); err != nil || string(data) != "gambar" {
		t.Errorf("downloaded %q, %v", data, err)
	}
}

// TestDownloads: a path leads to a file only after getFile, for an hour, and a
// download can be refused or cut.
func TestDownloads(t *testing.T) {
	s := New(t, Frozen(start()))
	s.Attach(siti(), "voice", Attachment{Data: bytes.Repeat([]byte("suara"), 20000)})
	file := s.Messages(7)[0].File
	// On a connection that it has used before, net/http would try again by itself.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func() (int, int) {
		t.Helper()
		resp, err := client.Get(s.URL() + "/file/bot" + s.Token() + "/" + file.Path)
		if err != nil {
			return 0, 0
		}
		defer resp.Body.Close()
		data, err := io.ReadAll(resp.Body)
		if err != nil {
			return -1, len(data)
		}
		return resp.StatusCode, len(data)
	}
	if code, _ := get(); code != 404 {
		t.Errorf("%d before getFile", code)
	}
	expect(t, "", s, "getFile", "file_id", file.ID)
	if code, n := get(); code != 200 || n != 100000 {
		t.Errorf("%d, %d bytes", code, n)
	}
	s.Inject(Download, 1, Reset())
	s.Inject(Download, 1, LoseAnswer())
	s.Inject(Download, 1, BadGateway())
	if code, _ := get(); code != 0 {
		t.Errorf("%d when it is cut at once", code)
	}
	if code, n := get(); code != -1 || n >= 100000 {
		t.Errorf("%d, %d bytes when it is cut in the middle", code, n)
	}
	if code, _ := get(); code != 502 {
		t.Errorf("%d, want 502", code)
	}
	s.Advance(pathLife)
	if code, _ := get(); code != 404 || s.Counts()[Download] != 6 {
		t.Errorf("%d after an hour, %d downloads", code, s.Counts()[Download])
	}
}
