package report

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"io"
	"strings"
	"testing"
)

// unzipped is all content of a zip, or the data itself where it is none.
func unzipped(t testing.TB, data []byte) string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return string(data)
	}
	var all strings.Builder
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "\n== %s\n%s", f.Name, b)
	}
	return all.String() + string(data)
}

func TestCleanLeavesNoMark(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		ext  string
		keep string // what has to stay
	}{
		"jpeg":          {jpegWith(t, 40, 30, 6, marker), ".jpg", ""},
		"png":           {pngWith(t, marker), ".png", ""},
		"gif":           {gifWith(t, marker), ".gif", ""},
		"docx":          {docx(t, marker), ".docx", "isi surat &lt;penting&gt;"},
		"xlsx":          {xlsx(t, marker), ".xlsx", "isi surat"},
		"odt":           {odt(t, marker), ".odt", "isi surat"},
		"voice":         {oggWith(marker, 1), ".ogg", strings.Repeat("\x03", 100)},
		"voice, cover":  {oggWith(marker, 3), ".ogg", strings.Repeat("\x01", 100)},
		"text":          {[]byte("\ufeffSenin: camat berkata\u200b begini.\n"), ".txt", "camat berkata begini"},
		"video":         {mp4With(t, marker), ".mp4", "SAMPLEONE"},
		"pptx":          {pptx(t, marker), ".pptx", "isi surat"},
		"jpeg as a zip": {append(jpegWith(t, 8, 8, 1, marker), docx(t, marker)...), ".jpg", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if name != "text" && !strings.Contains(unzipped(t, c.data), marker) {
				t.Fatal("the fixture carries no mark")
			}
			out, k, err := clean(c.data)
			if err != nil || k.ext != c.ext {
				t.Fatalf("clean = %s, %v", k.ext, err)
			}
			all := unzipped(t, out)
			for _, mark := range []string{
				marker, "GPS", "Exif", "00AB12C", "001234", "2026-01-02T", "Users", "people.xml",
			} {
				if strings.Contains(all, mark) {
					t.Errorf("%q survives:\n%.600s", mark, all[max(0, strings.Index(all, mark)-200):])
				}
			}
			if !strings.Contains(all, c.keep) {
				t.Errorf("%q is lost", c.keep)
			}
			if again, _, err := clean(out); err != nil || len(again) == 0 {
				t.Errorf("cleaning again: %v", err)
			}
		})
	}
}

func TestOrientationIsKept(t *testing.T) {
	// Where the red quarter has to be, as seen: 0 top left, 1 top right, 2
	// bottom left, 3 bottom right.
	for turn, want := range map[int]int{1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2} {
		for _, size := range []image.Point{{64, 32}, {63, 33}} {
			out, err := cleanJPEG(jpegWith(t, size.X, size.Y, turn, "x"))
			if err != nil {
				t.Fatal(err)
			}
			img, _, err := image.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			w, h := img.Bounds().Dx(), img.Bounds().Dy()
			if turned := turn >= 5; turned != (h > w) {
				t.Errorf("turn %d: %d by %d", turn, w, h)
			}
			for quarter := range 4 {
				r, _, b, _ := img.At(w/4+w/2*(quarter%2), h/4+h/2*(quarter/2)).RGBA()
				if red := r > b; red != (quarter == want) {
					t.Errorf("turn %d, %v: quarter %d red %v", turn, size, quarter, red)
				}
			}
		}
	}
}

func TestGIFKeepsItsPictures(t *testing.T) {
	out, _, err := clean(gifWith(t, marker))
	if err != nil {
		t.Fatal(err)
	}
	all, err := gif.DecodeAll(bytes.NewReader(out))
	if err != nil || len(all.Image) != 2 {
		t.Errorf("%d pictures, %v", len(all.Image), err)
	}
}

func TestCannotBeCleaned(t *testing.T) {
	utf16 := "\xff\xfe<\x00?\x00x\x00"
	twice := []string{"WORD/document.xml", "<a/>", "word/document.xml", "<b/>"}
	entity := `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`
	otherEncoding := `<?xml version="1.0" encoding="UTF-7"?><a/>`
	bomb := string(pngClaiming(60000, 60000))
	fragments := []byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x08moof")
	for name, c := range map[string]struct {
		data []byte
		ext  string
		want error
	}{
		"pdf":              {[]byte("%PDF-1.7\n..."), ".pdf", ErrCannotClean},
		"pdf, late":        {[]byte("\n\n%PDF-1.7\n..."), ".pdf", ErrCannotClean},
		"webp":             {[]byte("RIFF\x00\x00\x00\x00WEBPVP8 "), ".webp", ErrCannotClean},
		"heic":             {[]byte("\x00\x00\x00\x18ftypheic"), ".heic", ErrCannotClean},
		"old word":         {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ".doc", ErrCannotClean},
		"mp3":              {[]byte("ID3\x04"), ".mp3", ErrCannotClean},
		"web page":         {[]byte("<html>x</html>"), ".txt", ErrCannotClean},
		"letter":           {[]byte("Message-ID: <a@b>\nFrom: x"), ".txt", ErrCannotClean},
		"contact":          {[]byte("BEGIN:VCARD\nFN:x"), ".txt", ErrCannotClean},
		"other zip":        {zipOf(t, "a.txt", "x"), ".zip", ErrCannotClean},
		"macro":            {docx(t, "m", "word/vbaProject.bin", "x"), ".docx", ErrCannotClean},
		"embedded":         {docx(t, "m", "word/embeddings/a.xlsx", "x"), ".docx", ErrCannotClean},
		"part twice":       {docx(t, "m", twice...), ".docx", ErrCannotClean},
		"way out":          {docx(t, "m", "word/../../evil.xml", "<a/>"), ".docx", ErrCannotClean},
		"utf-16 part":      {docx(t, "m", "word/styles.xml", utf16), ".docx", ErrCannotClean},
		"entity":           {docx(t, "m", "word/styles.xml", entity), ".docx", ErrCannotClean},
		"other encoding":   {docx(t, "m", "word/styles.xml", otherEncoding), ".docx", ErrCannotClean},
		"broken tag":       {docx(t, "m", "word/styles.xml", `<a b="c`), ".docx", ErrCannotClean},
		"lying picture":    {docx(t, "m", "word/media/i.png", "MZ"), ".docx", ErrCannotClean},
		"zip bomb":         {docx(t, "m", "docProps/x.xml", strings.Repeat("0", 50<<20)), ".docx", ErrBomb},
		"bomb in no form":  {zipOf(t, "a.txt", strings.Repeat("0", 50<<20)), ".zip", ErrBomb},
		"picture bomb":     {docx(t, "m", "word/media/i.png", bomb), ".docx", ErrBomb},
		"huge photo":       {append(pngClaiming(8000, 6000), make([]byte, 500_000)...), ".png", ErrCannotClean},
		"bad ogg":          {append(oggWith("m", 1), "tail"...), ".ogg", ErrCannotClean},
		"other ogg":        {[]byte("OggS\x00 vorbis"), ".ogg", ErrCannotClean},
		"unknown":          {[]byte{0, 1, 2}, ".bin", ErrCannotClean},
		"program":          {[]byte("MZ\x90\x00\x03"), ".bin", ErrCannotClean},
		"video, fragments": {fragments, ".mp4", ErrCannotClean},
	} {
		out, k, err := clean(c.data)
		if out != nil || k.ext != c.ext {
			t.Errorf("%s: %d bytes, %s", name, len(out), k.ext)
		}
		wantErr(t, name, err, c.want)
	}
}

func TestManyEntries(t *testing.T) {
	var parts []string
	for n := range maxEntries + 1 {
		parts = append(parts, fmt.Sprintf("word/media/image%d.png", n), "")
	}
	_, _, err := clean(zipOf(t, append(parts, "word/document.xml", "<a/>")...))
	wantErr(t, "10,001 entries", err, ErrBomb)
}

func TestScrubKeepsTheRest(t *testing.T) {
	in := `<?xml version="1.0"?><a xml:space="preserve" b = 'x > y'>teks w:author="bukan atribut"<c/>` +
		`<![CDATA[<w:author>]]></a>`
	out, err := scrubXML([]byte(in), officeXML("x", "x", "x").drop)
	if err != nil || string(out) != in {
		t.Errorf("scrubXML = %s, %v", out, err)
	}
}
