package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"tanyanetral/curation"
	"tanyanetral/knowledge"
)

// fault is an error with a sentence for the person who meets it.
type fault struct {
	status      int
	title, text string
}

func (f fault) Error() string { return fmt.Sprintf("%d %s", f.status, f.title) }

func errTooFast() fault {
	return fault{http.StatusTooManyRequests, "Terlalu cepat",
		"Permintaan datang terlalu rapat. Tunggu beberapa detik, lalu coba lagi."}
}

func errSignedOut() fault {
	return fault{http.StatusUnauthorized, "Silakan masuk",
		"Sesi Anda sudah berakhir atau belum ada. " +
			"Kirim /konsol kepada bot di Telegram untuk mendapat tautan masuk."}
}

func errForged() fault {
	return fault{http.StatusForbidden, "Formulir ditolak",
		"Formulir ini tidak berasal dari halaman yang Anda buka, atau halamannya sudah usang. " +
			"Tidak ada yang diubah. Buka kembali halamannya, lalu kirim ulang."}
}

func errBadForm() fault {
	return fault{http.StatusBadRequest, "Isian tidak terbaca",
		"Formulir tidak dapat dibaca. Tidak ada yang diubah."}
}

func errTooBig(limit int64) fault {
	return fault{http.StatusRequestEntityTooLarge, "Isian terlalu besar",
		fmt.Sprintf("Paling besar %s. Tidak ada yang diubah. Bagi menjadi beberapa bagian.",
			bytesText(limit))}
}

func errNotHere() fault {
	return fault{http.StatusNotFound, "Tidak ditemukan",
		"Halaman atau data ini tidak ada, atau sudah dipindahkan. Mulailah lagi dari menu."}
}

func errInput(text string) fault {
	return fault{http.StatusUnprocessableEntity, "Isian perlu diperbaiki", text}
}

// isGone tells that a link or session does not hold any more.
func isGone(err error) bool {
	return errors.Is(err, curation.ErrExpired) || errors.Is(err, curation.ErrNotFound)
}

// asFault finds the sentence for an error; known says that one exists.
func asFault(err error) (f fault, known bool) {
	if errors.As(err, &f) {
		return f, true
	}
	switch {
	case errors.Is(err, curation.ErrNotFound):
		return errNotHere(), true
	case errors.Is(err, curation.ErrForbidden):
		return fault{http.StatusForbidden, "Bukan wewenang Anda",
			"Peran Anda tidak mencakup halaman atau tindakan ini. Percobaan ini dicatat."}, true
	case errors.Is(err, curation.ErrExpired):
		return fault{http.StatusGone, "Sudah tidak berlaku",
			"Ini sudah dipakai atau melewati batas waktunya."}, true
	case errors.Is(err, curation.ErrChanged):
		return fault{http.StatusConflict, "Sudah diubah orang lain",
			"Data ini berubah sejak Anda membukanya, jadi perubahan Anda belum disimpan. " +
				"Buka kembali halamannya dan periksa versi terbaru."}, true
	case errors.Is(err, curation.ErrSamePerson):
		return fault{http.StatusForbidden, "Perlu orang kedua",
			"Perubahan Anda harus disetujui oleh orang lain. Mintalah rekan membukanya di Tinjauan."}, true
	case errors.Is(err, curation.ErrGolden):
		return fault{http.StatusConflict, "Belum dapat diterbitkan",
			"Ada pertanyaan acuan yang jawabannya akan berubah. Perbaiki drafnya, " +
				"atau minta admin menerbitkan dengan alasan."}, true
	case errors.Is(err, curation.ErrState):
		return fault{http.StatusConflict, "Sudah berubah keadaan",
			"Perubahan ini sudah diproses lebih dahulu, mungkin oleh rekan Anda. " +
				"Buka kembali daftarnya."}, true
	case errors.Is(err, curation.ErrReason):
		return errInput("Tuliskan alasannya lebih dahulu."), true
	case errors.Is(err, curation.ErrLastAdmin):
		return fault{http.StatusConflict, "Admin terakhir",
			"Harus ada sedikitnya satu admin. Angkat admin lain lebih dahulu."}, true
	}
	if invalid := new(curation.Invalid); errors.As(err, &invalid) {
		return errInput(problemText(invalid.Problems)), true
	}
	var busy interface{ Busy() bool } // another program holds the database
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &busy) && busy.Busy() {
		return fault{http.StatusServiceUnavailable, "Sedang sibuk",
			"Basis data sedang sibuk dan tindakan ini belum dijalankan. " +
				"Tunggu sebentar, lalu kirim ulang."}, true
	}
	return fault{}, false
}

// problemText joins what is wrong with items, each text once.
func problemText(problems []knowledge.Problem) string {
	var all []string
	for _, p := range problems {
		if !slices.Contains(all, p.Text) {
			all = append(all, p.Text)
		}
	}
	return strings.Join(all, " ")
}

// failed is the body of the page that tells of an error.
type failed struct {
	Text   string
	Fields []field // what the person had typed
	Again  string  // where the same form may be sent again; empty: nowhere
	SignIn bool
}

// field is one value of a form that is given back.
type field struct{ Name, Value string }

// fail tells a person what went wrong; what we cannot explain is logged.
func (s *Server) fail(v *visit, err error) {
	f, known := asFault(err)
	body := failed{Text: f.text, SignIn: f.status == http.StatusUnauthorized}
	if !known {
		id := newID()
		s.log.Error("a page of the console failed", "id", id, "route", v.route.pattern, "error", err)
		f = fault{status: http.StatusInternalServerError, title: "Terjadi kesalahan"}
		body.Text = "Tindakan ini tidak berhasil. Sampaikan kode " + id + " kepada pengelola."
	} else if f.status >= http.StatusInternalServerError {
		s.log.Warn("a page of the console could not do its work", "route", v.route.pattern, "error", err)
	}
	if v.signed && !v.section.secret && f.status != http.StatusForbidden {
		body.Fields = typed(v.r)
		if f.status >= http.StatusInternalServerError && len(body.Fields) > 0 {
			body.Again = v.r.URL.Path
		}
	}
	v.title, v.status = f.title, f.status
	if err := v.show("galat", body); err != nil {
		s.log.Error("the page of an error failed", "route", v.route.pattern, "error", err)
		s.plain(v.w, v.r, f)
	}
}

// plain tells of a fault without template and session: before a session is
// known, or when the templates themselves are broken.
func (s *Server) plain(w http.ResponseWriter, r *http.Request, f fault) {
	v := &visit{s: s, w: w, r: r, title: f.title, status: f.status}
	if err := v.show("galat", failed{Text: f.text}); err != nil {
		http.Error(w, f.title, f.status)
	}
}

// typed lists the fields of a form that was sent, so that nothing is lost.
func typed(r *http.Request) []field {
	if r.MultipartForm != nil {
		return nil // a file is still where it was
	}
	var all []field
	for name, values := range r.PostForm {
		if strings.HasPrefix(name, "_") {
			continue
		}
		for _, value := range values {
			if strings.TrimSpace(value) != "" {
				all = append(all, field{name, value})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b field) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// kindOf names the kind of a panic without its words.
func kindOf(p any) string { return fmt.Sprintf("%T", p) }
