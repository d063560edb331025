package report

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"testing"
)

func FuzzReceipt(f *testing.F) {
	for _, s := range []string{
		string(newReceipt()), "", "0000-", "ooooo-lllll-iiiii-uuuuu", "AAAAA AAAAA AAAAA AAAAA", "é–\x00\xff",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseReceipt(s)
		var typo *TypoError
		switch {
		case errors.As(err, &typo):
			if typo.Group < 0 || typo.Group > groups {
				t.Errorf("group %d", typo.Group)
			}
		case err != nil:
			t.Errorf("another error: %v", err)
		default:
			if again, err := ParseReceipt(string(r)); err != nil || again != r || len(r.Groups()) != groups {
				t.Errorf("%q became %q", s, r)
			}
		}
	})
}

// anyOutcome checks what clean promises whatever it gets.
func anyOutcome(t *testing.T, out []byte, err error) {
	t.Helper()
	if err == nil && len(out) == 0 {
		t.Error("nothing is left, and no error")
	}
	if err != nil && !errors.Is(err, ErrCannotClean) && !errors.Is(err, ErrBomb) {
		t.Errorf("another error: %v", err)
	}
}

func FuzzCleanImage(f *testing.F) {
	f.Add(jpegWith(f, 16, 8, 6, marker))
	f.Add(pngWith(f, marker))
	f.Add(gifWith(f, marker))
	f.Add(pngClaiming(60000, 60000))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x02"))
	f.Add([]byte("GIF89a\x01\x00\x01\x00\x80"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil && c.Width*c.Height > 1<<20 {
			return // sizes are tested elsewhere; here they would only take time
		}
		if n, ok := gifPixels(data); ok && n > 1<<20 {
			return
		}
		out, k, err := clean(data)
		anyOutcome(t, out, err)
		if err != nil || k.mime[:5] != "image" {
			return
		}
		if bytes.Contains(out, []byte(marker)) && !inColours(out) || bytes.Contains(out, []byte("Exif\x00")) {
			t.Error("a mark survives")
		}
		if _, _, err := image.Decode(bytes.NewReader(out)); err != nil {
			t.Errorf("what was cleaned is no image: %v", err)
		}
	})
}

// inColours tells whether the marker is the colours of a GIF themselves: they
// are the picture, and stay.
func inColours(data []byte) bool {
	g, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		return false
	}
	var colours []byte
	palettes := []color.Palette{}
	if p, ok := g.Config.ColorModel.(color.Palette); ok {
		palettes = append(palettes, p)
	}
	for _, frame := range g.Image {
		palettes = append(palettes, frame.Palette)
	}
	for _, p := range palettes {
		for _, c := range p {
			r, g, b, _ := c.RGBA()
			colours = append(colours, byte(r>>8), byte(g>>8), byte(b>>8))
		}
	}
	return bytes.Contains(colours, []byte(marker))
}

func FuzzCleanOffice(f *testing.F) {
	f.Add(docx(f, marker))
	f.Add(xlsx(f, marker))
	f.Add(odt(f, marker))
	f.Add(oggWith(marker, 1))
	f.Add(mp4With(f, marker))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		out, _, err := clean(data)
		anyOutcome(t, out, err)
		out, err = scrubXML(data, officeXML("x", "x", "x").drop)
		anyOutcome(t, append(out, 1), err)
		if _, err := cleanOgg(data); err != nil && !errors.Is(err, ErrCannotClean) {
			t.Errorf("ogg: %v", err)
		}
	})
}

func FuzzDecodeBody(f *testing.F) {
	good, err := encodeBody(body{
		Fields: map[Field]string{Apa: "x"}, Files: []File{{Part: "p", Label: "berkas-1.jpg"}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"text":"\ud800","files":[{}]}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := decodeBody(data)
		if err != nil {
			if !errors.Is(err, errBody) {
				t.Errorf("another error: %v", err)
			}
			return
		}
		again, err := encodeBody(b)
		if err != nil && !errors.Is(err, ErrTooLong) {
			t.Errorf("it cannot be written again: %v", err)
		}
		if _, err := decodeBody(again); err == nil && len(b.Files) > maxBodyFiles {
			t.Error("too many files")
		}
		if _, err := unpad(data); err == nil && len(data)%block != 0 {
			t.Error("a wrong padding was taken")
		}
	})
}
