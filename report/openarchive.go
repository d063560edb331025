package report

import (
	"archive/tar"
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"

	"filippo.io/age"
)

// maxSealed bounds one entry of an archive: a file of 20 MB may double when it
// is re-encoded, and sealing adds little.
const maxSealed = 64 << 20

// OpenArchive opens an archive that Office.Archive wrote, and writes a readable
// zip of the report and its files. ErrNotForYou means another key, ErrBadArchive
// another file or a damaged one.
func OpenArchive(r io.Reader, k *Key, w io.Writer) error {
	if k == nil {
		return ErrNotForYou
	}
	in := &archiveReader{tar: tar.NewReader(r)}
	if _, err := in.next(archiveReadme); err != nil {
		return err
	}
	meta, err := in.next(archiveMeta)
	if err != nil {
		return err
	}
	var h archiveHead
	if err := json.Unmarshal(meta, &h); err != nil || h.Version != archiveVersion {
		return ErrBadArchive
	}
	sealed, err := in.next(archiveEnvelope)
	if err != nil {
		return err
	}
	e, own, err := openEnvelope(sealed, k.id)
	if err != nil {
		return errNext(archiveEnvelope, err)
	}
	out := &unpacker{
		zip: zip.NewWriter(w), own: own, names: map[string]string{}, used: map[string]bool{},
		all: Opened{Line: Line{ID: h.ID, Day: h.Day, Status: h.Status, Closed: h.Closed}, LeftOut: e.LeftOut},
	}
	for _, p := range h.Parts {
		data, err := in.next(p.Name)
		if err != nil {
			return err
		}
		if err := out.part(p, data); err != nil {
			return errNext(p.Name, err)
		}
	}
	return out.close()
}

// archiveReader reads the entries of an archive in their order.
type archiveReader struct{ tar *tar.Reader }

func (a *archiveReader) next(name string) ([]byte, error) {
	h, err := a.tar.Next()
	if err != nil {
		return nil, errNext(name, err)
	}
	if h.Name != name || h.Size > maxSealed {
		return nil, ErrBadArchive
	}
	data, err := io.ReadAll(io.LimitReader(a.tar, maxSealed))
	if err != nil {
		return nil, errNext(name, err)
	}
	return data, nil
}

// unpacker turns sealed parts into a readable zip.
type unpacker struct {
	zip   *zip.Writer
	own   age.Identity
	names map[string]string // by part
	used  map[string]bool
	all   Opened
}

func (u *unpacker) part(p archivePart, sealed []byte) error {
	plain, err := unseal(sealed, u.own)
	if err != nil {
		return err
	}
	if p.Kind == Berkas {
		return u.file(u.nameOf(p.Part), plain)
	}
	b, err := decodeBody(plain)
	if err != nil {
		return err
	}
	for _, f := range b.Files {
		u.names[f.Part] = f.Label
	}
	u.all.take(Part{ID: p.Part, Kind: p.Kind, Day: p.Day, Seen: true}, b)
	return nil
}

// nameOf is the name of a file inside the zip; one that we would not have given
// is not believed, as it could lead out of the folder.
func (u *unpacker) nameOf(part string) string {
	name := u.names[part]
	if ok, err := regexp.MatchString(`^berkas-[0-9]{1,4}(\.[a-z0-9]{1,5})?$`, name); !ok || err != nil {
		name = fmt.Sprintf("berkas-x%d.bin", len(u.used)+1)
	}
	for n := 2; u.used[name]; n++ {
		ext := path.Ext(name)
		name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext)
	}
	u.used[name] = true
	return name
}

func (u *unpacker) file(name string, data []byte) error {
	w, err := u.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return fmt.Errorf("write the zip: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write the zip: %w", err)
	}
	return nil
}

func (u *unpacker) close() error {
	if u.all.Fields == nil {
		return fmt.Errorf("archive without content: %w", errors.Join(ErrBadArchive))
	}
	if err := u.file("laporan.txt", []byte(u.all.text())); err != nil {
		return err
	}
	if err := u.zip.Close(); err != nil {
		return fmt.Errorf("write the zip: %w", err)
	}
	return nil
}

// FieldName is how a field is called in front of people.
func FieldName(f Field) string {
	switch f {
	case Kategori:
		return "Kategori"
	case Apa:
		return "Apa yang terjadi"
	case DiMana:
		return "Di mana"
	case Kapan:
		return "Kapan"
	case Siapa:
		return "Siapa yang terlibat"
	case Bukti:
		return "Bukti"
	default:
		return string(f)
	}
}

// text is the report for reading on paper.
func (o *Opened) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "LAPORAN %s\nMasuk: %s\nStatus: %s\n", o.ID, o.Day, o.Status)
	if len(o.LeftOut) > 0 {
		fmt.Fprintf(&b, "Tidak diberikan kepada: %s\n", strings.Join(o.LeftOut, ", "))
	}
	for _, f := range Fields() {
		if v := o.Fields[f]; v != "" {
			fmt.Fprintf(&b, "\n%s\n%s\n", FieldName(f), v)
		}
	}
	if len(o.Files) > 0 {
		b.WriteString("\nBerkas\n")
	}
	for _, f := range o.Files {
		state := "metadata sudah dibuang"
		if !f.Clean {
			state = "PERHATIAN: disimpan apa adanya, dapat memuat metadata pelapor"
		}
		fmt.Fprintf(&b, "- %s (%d byte): %s\n", f.Label, f.Size, state)
	}
	section(&b, "Percakapan", o.Thread)
	section(&b, "Catatan pemeriksa", o.Notes)
	return b.String()
}

func section(b *strings.Builder, title string, all []Entry) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, e := range all {
		who := string(e.Kind)
		if e.By != "" {
			who += ", " + e.By
		}
		fmt.Fprintf(b, "[%s, %s] %s%s\n", e.Day, who, e.Text, e.Label)
	}
}
