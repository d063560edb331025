package report

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// fileKind is what a file is by its content.
type fileKind struct {
	mime string
	ext  string // with its dot
}

// kindOf names the extension of each kind of file that we know.
func kindOf(mime string) fileKind {
	exts := map[string]string{
		"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp",
		"image/heic": ".heic", "application/pdf": ".pdf", "application/zip": ".zip", "video/mp4": ".mp4",
		"video/quicktime": ".mov", "video/webm": ".webm", "audio/ogg": ".ogg", "audio/mpeg": ".mp3",
		"audio/mp4": ".m4a", "audio/wav": ".wav", "text/plain": ".txt", "application/msword": ".doc",
		officePrefix + "wordprocessingml.document":   ".docx",
		officePrefix + "spreadsheetml.sheet":         ".xlsx",
		officePrefix + "presentationml.presentation": ".pptx",
		odfPrefix + "text":                           ".odt",
		odfPrefix + "spreadsheet":                    ".ods",
		odfPrefix + "presentation":                   ".odp",
	}
	if ext, ok := exts[mime]; ok {
		return fileKind{mime: mime, ext: ext}
	}
	return fileKind{mime: "application/octet-stream", ext: ".bin"}
}

// readAll reads an incoming file up to limit bytes.
func readAll(in Incoming, limit int64) (data []byte, err error) {
	if in.Size > limit {
		return nil, ErrTooBig
	}
	r, err := in.Open()
	if err != nil {
		return nil, fmt.Errorf("open a file: %w", err)
	}
	defer func() {
		if cerr := r.Close(); cerr != nil && err == nil {
			err = fmt.Errorf("close a file: %w", cerr)
		}
	}()
	var buf bytes.Buffer
	buf.Grow(int(max(in.Size, 0)) + bytes.MinRead)
	_, err = buf.ReadFrom(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read a file: %w", err)
	case buf.Len() == 0:
		return nil, ErrEmptyFile
	case int64(buf.Len()) > limit:
		return nil, ErrTooBig
	}
	return buf.Bytes(), nil
}

// clean removes the metadata of a file, whose kind its content decides. The
// kind is named even when the file cannot be cleaned. Cleaned is only what was
// written anew from parts that we know; all else is ErrCannotClean. PDF, WebP,
// HEIC and old office files are among the latter: nothing at hand proves that
// none of their metadata is left.
func clean(data []byte) ([]byte, fileKind, error) {
	k := sniff(data)
	var out []byte
	var err error
	switch k.mime {
	case "image/jpeg":
		out, err = cleanJPEG(data)
	case "image/png":
		out, err = cleanPNG(data)
	case "image/gif":
		out, err = cleanGIF(data)
	case "application/zip":
		out, k, err = cleanOffice(data)
	case "audio/ogg":
		out, err = cleanOgg(data)
	case "video/mp4", "audio/mp4":
		out, err = cleanMP4(data)
	case "text/plain":
		out, err = cleanText(data)
	default:
		err = ErrCannotClean
	}
	if err != nil {
		return nil, k, err
	}
	return out, k, nil
}

// sniff tells what a file is by its first bytes.
func sniff(data []byte) fileKind {
	for _, m := range []struct {
		at    int
		magic string
		mime  string
	}{
		{0, "\xff\xd8\xff", "image/jpeg"}, {0, "\x89PNG\r\n\x1a\n", "image/png"}, {0, "GIF8", "image/gif"},
		{8, "WEBP", "image/webp"}, {8, "WAVE", "audio/wav"}, {0, "OggS", "audio/ogg"},
		{0, "ID3", "audio/mpeg"},
		{0, "\xff\xfb", "audio/mpeg"}, {0, "\x1aE\xdf\xa3", "video/webm"},
		{0, "PK\x03\x04", "application/zip"},
		{0, "\xd0\xcf\x11\xe0", "application/msword"}, {4, "ftypheic", "image/heic"},
		{4, "ftypmif1", "image/heic"},
		{4, "ftypavif", "image/heic"}, {4, "ftypqt  ", "video/quicktime"}, {4, "ftypM4A", "audio/mp4"},
		{4, "ftyp", "video/mp4"}, {0, "%PDF-", "application/pdf"},
	} {
		if len(data) >= m.at+len(m.magic) && string(data[m.at:m.at+len(m.magic)]) == m.magic {
			return kindOf(m.mime)
		}
	}
	if bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")) {
		return kindOf("application/pdf")
	}
	if utf8.Valid(data) && !bytes.ContainsRune(data, 0) {
		return kindOf("text/plain")
	}
	return kindOf("")
}

// cleanText keeps plain prose. What looks like a format of its own (a web page,
// a contact card, a letter with its header) is not surely without metadata.
func cleanText(data []byte) ([]byte, error) {
	text := tidyText(string(data))
	first, _, _ := bytes.Cut([]byte(text), []byte("\n"))
	name, _, header := bytes.Cut(first, []byte(": "))
	switch {
	case text == "":
		return nil, ErrCannotClean
	case bytes.ContainsAny([]byte(text[:1]), "<{[%"), bytes.HasPrefix(first, []byte("BEGIN:")):
		return nil, ErrCannotClean
	case header && !bytes.ContainsAny(name, " ") && bytes.ContainsAny(name, "-") || string(name) == "From":
		return nil, ErrCannotClean
	}
	return []byte(text + "\n"), nil
}
