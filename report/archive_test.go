package report

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestArchive(t *testing.T) {
	h := newHouse(t, "Inspektur", "Sekretaris")
	d := h.begin(t, "isi laporan "+marker, "Sekretaris")
	for range 2 {
		if _, err := h.intake.Attach(t.Context(), d, incoming(jpegWith(t, 8, 8, 1, "")), false); err != nil {
			t.Fatal(err)
		}
	}
	_, id := h.send(t, d)
	k := h.keys["Inspektur"]
	if err := h.office.Note(t.Context(), k, id, "catatan dalam "+marker); err != nil {
		t.Fatal(err)
	}
	var arc, same bytes.Buffer
	if err := h.office.Archive(t.Context(), k, id, &arc); err != nil {
		t.Fatal(err)
	}
	err := h.office.Archive(t.Context(), nil, id, &same)
	if err != nil || !bytes.Equal(arc.Bytes(), same.Bytes()) {
		t.Errorf("the archive for a key kept outside differs: %v", err)
	}
	if bytes.Contains(arc.Bytes(), []byte(marker)) || bytes.Contains(arc.Bytes(), []byte("Sekretaris")) {
		t.Error("the archive can be read without a key")
	}
	var out bytes.Buffer
	if err := OpenArchive(bytes.NewReader(arc.Bytes()), k, &out); err != nil {
		t.Fatal(err)
	}
	all := unzipped(t, out.Bytes())
	for _, want := range []string{
		"isi laporan " + marker, "catatan dalam " + marker, "== berkas-1.jpg", "== berkas-2.jpg", "Inspektur",
		"Tidak diberikan kepada: Sekretaris",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in the opened archive", want)
		}
	}
	wantErr(t, "left out", OpenArchive(bytes.NewReader(arc.Bytes()), h.keys["Sekretaris"], &out),
		ErrNotForYou)
	wantErr(t, "other file", OpenArchive(strings.NewReader("x"), k, &out), ErrBadArchive)
	for _, n := range []int{600, arc.Len() / 2, arc.Len() - 1500} {
		if err := OpenArchive(bytes.NewReader(arc.Bytes()[:n]), k, &out); err == nil {
			t.Errorf("an archive cut at %d of %d opened", n, arc.Len())
		}
	}
	damaged := bytes.Clone(arc.Bytes())
	at := bytes.Index(damaged, []byte("bagian/001-isi.age\x00")) + 1024 + 700
	damaged[at] ^= 1
	if err := OpenArchive(bytes.NewReader(damaged), k, &out); !errors.Is(err, ErrBadArchive) {
		t.Errorf("a damaged archive: %v", err)
	}
}

// A name from inside a report never leads out of the folder.
func TestArchiveNames(t *testing.T) {
	u := &unpacker{names: map[string]string{
		"a": "../../etc/passwd", "b": "berkas-1.jpg", "c": "berkas-1.jpg", "d": "berkas-2",
		"e": `berkas-1.jpg\..\x`,
	}, used: map[string]bool{}}
	var got []string
	for _, p := range []string{"a", "b", "c", "d", "e"} {
		got = append(got, u.nameOf(p))
	}
	if s := strings.Join(got, " "); s != "berkas-x1.bin berkas-1.jpg berkas-1-2.jpg berkas-2 berkas-x5.bin" {
		t.Errorf("names %s", s)
	}
}
