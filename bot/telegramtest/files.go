package telegramtest

import (
	"fmt"
	"net/http"
	"path"
	"strconv"
	"time"
)

// pathLife is how long a path that getFile gave leads to the file.
const pathLife = time.Hour

// maxDownload is the largest file that Telegram hands to a bot.
const maxDownload = 20 << 20

// File is a file in the fake's store.
type File struct {
	ID   string // file_id
	Path string // file_path, once getFile may give it
	Name string // as the sender named it
	MIME string
	Size int64 // in bytes; may be larger than len(Data) to play a big file
	Data []byte

	until time.Time // the path leads to the file before; zero: getFile was not asked
}

// files is the store.
type files struct {
	byID   map[string]*File
	byPath map[string]*File
}

// add stores a file under a new id.
func (f *files) add(kind string, file File) *File {
	n := strconv.Itoa(len(f.byID) + 1)
	file.ID = "file-" + kind + "-" + n
	file.Path = kind + "s/file_" + n + path.Ext(file.Name)
	if file.Size == 0 {
		file.Size = int64(len(file.Data))
	}
	f.byID[file.ID], f.byPath[file.Path] = &file, &file
	return &file
}

// wire is the content of a message with this file.
func (f *File) wire(kind string) map[string]any {
	w := map[string]any{"file_id": f.ID, "file_unique_id": "u" + f.ID, "file_size": f.Size}
	switch kind {
	case "photo":
		w["width"], w["height"] = 800, 600
		return map[string]any{kind: []any{w}}
	case "sticker":
		w["width"], w["height"], w["type"] = 512, 512, "regular"
		w["is_animated"], w["is_video"] = false, false
	case "voice", "audio":
		w["duration"] = 3
	case "video", "animation":
		w["width"], w["height"], w["duration"] = 640, 360, 3
	}
	if f.MIME != "" {
		w["mime_type"] = f.MIME
	}
	if f.Name != "" && kind != "voice" && kind != "sticker" {
		w["file_name"] = f.Name
	}
	return map[string]any{kind: w}
}

func (s *Server) getFile(q *request) reply {
	f := s.files.byID[q.str("file_id")]
	switch {
	case f == nil:
		return refuse(400, "Bad Request: invalid file_id")
	case f.Size > maxDownload:
		return refuse(400, "Bad Request: file is too big")
	}
	f.until = s.clock.now().Add(pathLife)
	return reply{result: map[string]any{
		"file_id": f.ID, "file_unique_id": "u" + f.ID, "file_size": f.Size, "file_path": f.Path,
	}}
}

// Download names downloads where faults are injected and calls counted.
const Download = "file"

// serveFile answers a download. Its path is known from getFile, and not for
// ever. A fault that loses the answer cuts it in the middle.
func (s *Server) serveFile(w http.ResponseWriter, name string) {
	s.mu.Lock()
	f := s.files.byPath[name]
	known := f != nil && f.Size <= maxDownload && s.clock.now().Before(f.until)
	fault, faulty := s.gate.take(Download)
	code := http.StatusOK
	switch {
	case faulty && fault.Code != 0:
		code = fault.Code
	case !known:
		code = http.StatusNotFound
	}
	s.journal.record(Call{Method: Download, Params: map[string]string{}, At: s.clock.now(), Code: code})
	s.changed.ring()
	s.mu.Unlock()
	switch {
	case faulty && fault.Reset:
		cut(w)
		return
	case faulty && fault.Code != 0:
		send(w, fault.reply())
		return
	case !known:
		send(w, refuse(404, "Not Found"))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", fmt.Sprint(len(f.Data)))
	if faulty && fault.Lose {
		_, _ = w.Write(f.Data[:len(f.Data)/2])
		cut(w)
		return
	}
	_, _ = w.Write(f.Data)
}
