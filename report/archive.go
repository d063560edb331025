package report

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// The names in an archive. The report's own parts follow as "bagian/…".
const (
	archiveMeta     = "laporan.json"
	archiveEnvelope = "kunci.age"
	archiveReadme   = "BACA-DULU.txt"
	archiveParts    = "bagian/"
	archiveVersion  = 1
)

// archiveHead is what an archive says openly: what the store shows as well.
type archiveHead struct {
	Version int           `json:"version"`
	ID      string        `json:"id"`
	Day     string        `json:"day"`
	Status  Status        `json:"status"`
	Closed  string        `json:"closed,omitempty"`
	Parts   []archivePart `json:"parts"`
}

type archivePart struct {
	Name   string   `json:"name"`
	Part   string   `json:"part"`
	Kind   PartKind `json:"kind"`
	Number int      `json:"number"`
	Day    string   `json:"day"`
}

const readmeText = `Arsip satu laporan TanyaNetral, masih terkunci.

Buka di komputer kantor yang tidak terhubung ke jaringan:
  tanyanetral open
dengan berkas kunci pemeriksa (atau kunci yang dibungkus dan frasa sandinya).
Hapus hasil bukaannya setelah selesai dipakai.
`

// Archive writes everything of a report as a tar of its parts, each still
// sealed as it is stored: no readable byte is made on the server. A key is only
// checked (ErrNotForYou); without one, for investigators whose key is kept
// outside, nothing is checked, as nothing can be read either.
func (o *Office) Archive(ctx context.Context, k *Key, id string, w io.Writer) error {
	s, err := o.report(ctx, id)
	if err != nil {
		return err
	}
	if k != nil {
		if _, _, err := openEnvelope(s.Envelope, k.id); err != nil {
			return err
		}
	}
	parts, err := o.parts(ctx, id)
	if err != nil {
		return err
	}
	// Files come last, so that an opener knows their names when it meets them.
	slices.SortStableFunc(parts, func(a, b Part) int {
		return boolInt(a.Kind == Berkas) - boolInt(b.Kind == Berkas)
	})
	h := archiveHead{Version: archiveVersion, ID: s.ID, Day: s.Day, Status: s.Status, Closed: s.Closed}
	for n, p := range parts {
		h.Parts = append(h.Parts, archivePart{
			Name: fmt.Sprintf("%s%03d-%s.age", archiveParts, n+1, p.Kind),
			Part: p.ID, Kind: p.Kind, Number: p.Number, Day: p.Day,
		})
	}
	meta, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return fmt.Errorf("write an archive: %w", err)
	}
	day, err := time.Parse(time.DateOnly, o.today())
	if err != nil {
		return fmt.Errorf("write an archive: %w", err)
	}
	t := archiver{w: tar.NewWriter(w), day: day}
	t.put(archiveReadme, []byte(readmeText))
	t.put(archiveMeta, meta)
	t.put(archiveEnvelope, s.Envelope)
	for n, p := range parts {
		if t.err != nil {
			break
		}
		data, err := o.partData(ctx, p)
		if err != nil {
			return err
		}
		t.put(h.Parts[n].Name, data)
	}
	return t.close()
}

// partData is the sealed content of a listed part.
func (o *Office) partData(ctx context.Context, p Part) ([]byte, error) {
	if p.Sealed != nil {
		return p.Sealed, nil
	}
	data, err := o.vault.PartData(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("read a part: %w", err)
	}
	return data, nil
}

// archiver writes entries until the first error.
type archiver struct {
	w   *tar.Writer
	day time.Time
	err error
}

func (a *archiver) put(name string, data []byte) {
	if a.err != nil {
		return
	}
	a.err = a.w.WriteHeader(&tar.Header{
		Name: name, Mode: 0o600, Size: int64(len(data)), ModTime: a.day, Format: tar.FormatPAX,
	})
	if a.err == nil {
		_, a.err = a.w.Write(data)
	}
}

func (a *archiver) close() error {
	if a.err == nil {
		a.err = a.w.Close()
	}
	if a.err != nil {
		return fmt.Errorf("write an archive: %w", a.err)
	}
	return nil
}

// errNext names what an archive should have had next.
func errNext(name string, err error) error {
	if errors.Is(err, ErrBadArchive) || errors.Is(err, ErrNotForYou) {
		return err
	}
	return fmt.Errorf("read %s: %w", name, errors.Join(ErrBadArchive, err))
}
