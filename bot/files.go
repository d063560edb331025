package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxFile is the largest file that Telegram hands to a bot, in bytes.
const maxFile = 20 << 20

// ErrFileTooBig means a file beyond [maxFile]: Telegram does not give it out.
var ErrFileTooBig = errors.New("telegram: the file is larger than a bot may have")

// File is what a message carries and a bot can download. Name, MIME and Size
// are what the sender's app claims; a Size of 0 is not known.
type File struct {
	ID   string // empty: nothing to download
	Name string
	MIME string
	Size int64 // bytes
}

type wireFile struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	MIME string `json:"mime_type"`
	Size int64  `json:"file_size"`
}

// fileOf reads the file of a message that carries a medium of a kind. Of a
// photo it takes the largest size, which comes last.
func fileOf(message json.RawMessage, kind string) File {
	var parts map[string]json.RawMessage
	if kind == "" || json.Unmarshal(message, &parts) != nil {
		return File{}
	}
	body := parts[kind]
	if kind == "photo" {
		var sizes []json.RawMessage
		if json.Unmarshal(body, &sizes) != nil || len(sizes) == 0 {
			return File{}
		}
		body = sizes[len(sizes)-1]
	}
	var w wireFile
	if json.Unmarshal(body, &w) != nil {
		return File{}
	}
	return File{ID: w.ID, Name: w.Name, MIME: w.MIME, Size: max(w.Size, 0)}
}

// OpenFile starts the download of a file; the caller reads and closes it. More
// than [maxFile] bytes are [ErrFileTooBig], at once or while reading. No error
// holds the token or the address.
func (c *Client) OpenFile(ctx context.Context, id string) (io.ReadCloser, error) {
	raw, err := c.persist(ctx, "getFile", 0, map[string]string{"file_id": id})
	if err != nil {
		var api *APIError
		if errors.As(err, &api) && api.says(400, "file is too big") {
			return nil, ErrFileTooBig
		}
		return nil, err
	}
	var file struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	if json.Unmarshal(raw, &file) != nil || !plainPath(file.Path) {
		return nil, errors.New("telegram getFile: a place that cannot be read")
	}
	if file.Size > maxFile {
		return nil, ErrFileTooBig
	}
	return c.download(ctx, file.Path)
}

// plainPath tells whether a path of Telegram's is one below the bot's folder.
// A server of one's own may name a file on its disk, which is none.
func plainPath(path string) bool {
	return made(path, "/._-") && path[0] != '/' && !strings.Contains(path, "..")
}

func (c *Client) download(ctx context.Context, path string) (io.ReadCloser, error) {
	base := strings.ReplaceAll(strings.TrimSuffix(c.endpoint, "/bot%s/%s"), "%%", "%")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/file/bot"+c.token+"/"+path, nil)
	if err != nil {
		return nil, c.failure("file", err)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, c.failure("file", err)
	}
	if resp.StatusCode != http.StatusOK || resp.ContentLength > maxFile {
		_ = resp.Body.Close() // nothing of it is wanted
		if resp.StatusCode == http.StatusOK {
			return nil, ErrFileTooBig
		}
		return nil, &APIError{Method: "file", Code: resp.StatusCode}
	}
	return &download{client: c, body: resp.Body, left: maxFile}, nil
}

// download is the body of a file, bounded, with errors that show no address.
type download struct {
	client *Client
	body   io.ReadCloser
	left   int64
}

// Read implements io.Reader.
func (d *download) Read(p []byte) (int, error) {
	if d.left == 0 { // one byte more is too many
		var more [1]byte
		if n, _ := io.ReadFull(d.body, more[:]); n > 0 {
			return 0, ErrFileTooBig
		}
		return 0, io.EOF
	}
	n, err := d.body.Read(p[:min(int64(len(p)), d.left)])
	d.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, d.client.failure("file", err)
	}
	return n, err //nolint:wrapcheck // io.EOF is told as it is
}

// Close implements io.Closer.
func (d *download) Close() error {
	if err := d.body.Close(); err != nil {
		return fmt.Errorf("close a download: %w", d.client.failure("file", err))
	}
	return nil
}
