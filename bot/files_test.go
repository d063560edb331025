package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tanyanetral/bot/telegramtest"
)

func TestFileOf(t *testing.T) {
	for _, c := range []struct {
		kind, message string
		want          File
	}{
		{"document", `{"document":{"file_id":"d","file_name":"a.pdf","mime_type":"application/pdf","file_size":7}}`,
			File{"d", "a.pdf", "application/pdf", 7}},
		{"photo", `{"photo":[{"file_id":"s","file_size":1},{"file_id":"b","file_size":9}]}`,
			File{ID: "b", Size: 9}},
		{"photo", `{"photo":[]}`, File{}},
		{"photo", `{"photo":7}`, File{}},
		{"voice", `{"voice":{"file_id":"v","file_size":-4}}`, File{ID: "v"}},
		{"document", `{"document":"x"}`, File{}},
		{"location", `{"location":{"latitude":1}}`, File{}},
		{"", `{"document":{"file_id":"d"}}`, File{}},
	} {
		if got := fileOf(json.RawMessage(c.message), c.kind); got != c.want {
			t.Errorf("%s of %s: %+v, want %+v", c.kind, c.message, got, c.want)
		}
	}
}

// TestOpenFile downloads from the fake, whole, and tells what goes wrong.
func TestOpenFile(t *testing.T) {
	fake := telegramtest.New(t)
	client, _ := dial(t, fake)
	data := bytes.Repeat([]byte("suara"), 1<<20)
	fake.Attach(ani(), "voice", telegramtest.Attachment{Data: data})
	fake.Attach(ani(), "document", telegramtest.Attachment{Size: maxFile + 1})
	list := fake.Messages(ani().ID)
	get := func(id string) ([]byte, error) {
		body, err := client.OpenFile(limited(t), id)
		if err != nil {
			return nil, err
		}
		got, err := io.ReadAll(body)
		return got, errors.Join(err, body.Close())
	}
	if got, err := get(list[0].File.ID); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := get(list[1].File.ID); !errors.Is(err, ErrFileTooBig) {
		t.Errorf("too big: %v", err)
	}
	var api *APIError
	if _, err := get("tidak-ada"); !errors.As(err, &api) || api.Code != 400 {
		t.Errorf("unknown: %v", err)
	}
	for _, f := range []telegramtest.Fault{
		telegramtest.LoseAnswer(), telegramtest.BadGateway(), telegramtest.Refuse(404, "Not Found"),
	} {
		fake.Inject(telegramtest.Download, 1, f)
		_, err := get(list[0].File.ID)
		if err == nil || strings.Contains(err.Error(), "fake-token") {
			t.Errorf("%+v: %v", f, err)
		}
	}
}

// TestOddDownloads: places that are none, and more than was told.
func TestOddDownloads(t *testing.T) {
	place, size := "", 5
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/getFile") {
			text, _ := json.Marshal(map[string]any{"ok": true, "result": map[string]any{"file_path": place}})
			_, _ = w.Write(text)
			return
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(make([]byte, size/2)) // in two parts, so that no length is told
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		_, _ = w.Write(make([]byte, size-size/2))
	}))
	t.Cleanup(server.Close)
	client, err := NewClient(silent(), goodToken, server.URL+"/jalan", WithLimits(Unlimited()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.http.CloseIdleConnections)
	for _, c := range []struct {
		place string
		size  int
		want  string // a part of the error; empty: none
	}{
		{"documents/file_1.pdf", 5, ""},
		{"documents/file_1.pdf", maxFile, ""},
		{"documents/file_1.pdf", maxFile + 1, "larger than a bot may have"},
		{"", 5, "cannot be read"},
		{"/var/lib/telegram/file", 5, "cannot be read"},
		{"../../getMe", 5, "cannot be read"},
		{"a?b", 5, "cannot be read"},
		{"a%2e", 5, "cannot be read"},
	} {
		place, size = c.place, c.size
		body, err := client.OpenFile(limited(t), "x")
		n := int64(0)
		if err == nil {
			n, err = io.Copy(io.Discard, body)
			err = errors.Join(err, body.Close())
		}
		switch {
		case c.want == "" && (err != nil || n != int64(c.size)):
			t.Errorf("%q: %d of %d bytes, %v", c.place, n, c.size, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%q of %d bytes: %v, want %q", c.place, c.size, err, c.want)
		}
		if err != nil && len(revealing(err)) > 0 {
			t.Errorf("%q: the error shows %v", c.place, revealing(err))
		}
	}
}
