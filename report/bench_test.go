package report

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"testing"
)

func BenchmarkSubmit(b *testing.B) {
	h := newHouse(b, "Inspektur", "Sekretaris", "Kepala")
	for b.Loop() {
		d := h.begin(b, "isi laporan")
		if _, err := h.intake.Submit(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAttach20MB seals a file of 20 MB that is kept as it is.
func BenchmarkAttach20MB(b *testing.B) {
	h := newHouse(b, "Inspektur")
	data := make([]byte, 20<<20)
	if _, err := rand.Read(data); err != nil {
		b.Fatal(err)
	}
	copy(data, "%PDF-1.7")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d := h.begin(b, "x")
		if _, err := h.intake.Attach(b.Context(), d, incoming(data), true); err != nil {
			b.Fatal(err)
		}
		if err := h.intake.Discard(b.Context(), d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCleanPhoto writes a photo of 12 megapixels anew, turned.
func BenchmarkCleanPhoto(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	if _, err := rand.Read(img.Cb); err != nil {
		b.Fatal(err)
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, nil); err != nil {
		b.Fatal(err)
	}
	exif := "Exif\x00\x00" + string(tiff(6, "x"))
	data := append([]byte{0xff, 0xd8, 0xff, 0xe1, byte((len(exif) + 2) >> 8), byte(len(exif) + 2)}, exif...)
	data = append(data, plain.Bytes()[2:]...)
	for b.Loop() {
		if _, _, err := clean(data); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCleanGIF writes a GIF of the largest size anew.
func BenchmarkCleanGIF(b *testing.B) {
	var all gif.GIF
	for range 40 {
		p := image.NewPaletted(image.Rect(0, 0, 1000, 1000), palette.Plan9)
		if _, err := rand.Read(p.Pix[:200_000]); err != nil {
			b.Fatal(err)
		}
		all.Image, all.Delay = append(all.Image, p), append(all.Delay, 10)
	}
	var plain bytes.Buffer
	if err := gif.EncodeAll(&plain, &all); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := clean(plain.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnlock(b *testing.B) {
	_, pass, wrapped, err := NewKey()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ReadKey(wrapped, pass); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkList1000(b *testing.B) {
	h := newHouse(b, "Inspektur")
	for n := range 1000 {
		id := newID()
		h.store.reports[id] = Stored{ID: id, Day: fmt.Sprintf("2026-%02d-%02d", n%11+1, n%28+1),
			Status: Diterima}
	}
	for b.Loop() {
		if _, err := h.office.List(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
