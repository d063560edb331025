package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Limits of what a stored body may hold when it is read back. They are wider
// than any setting for writing, and keep a damaged one from taking the memory.
const (
	maxBody      = 4 << 20 // bytes of JSON
	maxBodyFiles = 1000
)

// body is the plaintext of Isi, Pesan, Balasan and Catatan.
type body struct {
	Fields map[Field]string `json:"fields,omitempty"` // of Isi
	Text   string           `json:"text,omitempty"`
	By     string           `json:"by,omitempty"` // post; of Catatan
	Files  []File           `json:"files,omitempty"`
}

// errBody is a body that was not written by encodeBody.
var errBody = errors.New("body is damaged")

// encodeBody writes a body.
func encodeBody(b body) ([]byte, error) {
	data, err := json.Marshal(b)
	if err != nil {
		return nil, fmt.Errorf("write a body: %w", err)
	}
	if len(data) > maxBody {
		return nil, ErrTooLong
	}
	return data, nil
}

// decodeBody reads a body that encodeBody wrote.
func decodeBody(data []byte) (body, error) {
	var b body
	if len(data) > maxBody || !utf8.Valid(data) {
		return b, errBody
	}
	// The reason is left out of the error: it would quote what was written.
	if err := json.Unmarshal(data, &b); err != nil || len(b.Files) > maxBodyFiles {
		return body{}, errBody
	}
	return b, nil
}
