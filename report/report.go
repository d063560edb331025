// Package report takes reports from people who do not give their names, and
// hands them to the office's investigators. It is a leaf: it knows neither the
// database nor Telegram nor the web, and declares what it needs of a store.
//
// The tour: an [Intake] holds drafts in memory, cleans and seals their files as
// they come, and seals the whole report on sending; the reporter gets a
// [Receipt], from which alone the lookup value and the reporter's own key are
// derived, and reads the answers with it through a [Case]. A report is accepted
// when its reporter surely has the receipt. An [Office] is the
// investigators' side: lights for deadlines, opening with a [Key], replies,
// hand-over sheets, archives for opening elsewhere, and erasure.
//
// What it promises: after sending, the store alone reads nothing, nor does the
// store with the program's own key; an investigator whose post the reporter
// left out opens nothing and no count shows that anybody was left out; the
// receipt of one report opens no other; and days are kept, never times of day.
package report

import (
	"errors"
	"fmt"
	"io"
)

// Investigator is one who may open reports.
type Investigator struct {
	ID        string // random
	Post      string // as people know it, such as "Inspektur Pembantu I"
	Recipient string // age X25519 public key, "age1…"
	Wrapped   []byte // private key sealed with a passphrase; nil: it is kept outside
	User      string // id of the member of the staff
	Added     string // day
	Active    bool   // new reports are sealed to active ones only
}

// Stored is what the store keeps of a report beside its parts. Days are written
// "2006-01-02"; no time of day stands anywhere.
type Stored struct {
	ID           string // random
	Lookup       []byte // 32 bytes derived from the receipt
	ReporterKey  string // age public key derived from the receipt
	ReportKey    string // age public key of this report
	Envelope     []byte // the report's private key, sealed to investigators
	Day          string // of sending
	Status       Status
	Acknowledged string // day; empty: not yet
	Finding      string // day of the first finding; empty: not yet
	Feedback     string // day of the feedback to the reporter; empty: not yet
	Closed       string // day; empty: open
	// Unread counts the parts of the reporter (Isi, Pesan, Berkas) that are not
	// seen. The store fills it when it reads, and ignores it when it writes.
	Unread int
}

// Status is where a report stands.
type Status string

// The states of a report. Selesai and Ditarik are closed. Menunggu is stored
// and not accepted: nobody but its reporter can find it.
const (
	Menunggu   Status = "menunggu"
	Baru       Status = "baru"
	Diterima   Status = "diterima"
	Diproses   Status = "diproses"
	Diteruskan Status = "diteruskan"
	Selesai    Status = "selesai"
	Ditarik    Status = "ditarik"
)

// PartKind is what a part of a report is.
type PartKind string

// The kinds of part. Isi and Pesan come from the reporter, Balasan goes to the
// reporter, Catatan is read by investigators only, Berkas is a file of the
// reporter and is opened by investigators only.
const (
	Isi     PartKind = "isi"
	Pesan   PartKind = "pesan"
	Balasan PartKind = "balasan"
	Catatan PartKind = "catatan"
	Berkas  PartKind = "berkas"
)

// Part is one sealed piece of a report.
type Part struct {
	ID     string // random
	Report string // empty while the file of a draft waits in the stage
	Kind   PartKind
	Number int    // order within the report, from 1; two written at once may share one
	Day    string // of arrival
	Size   int64  // length of Sealed in bytes
	Seen   bool   // opened by an investigator; a Balasan: by the reporter
	Sealed []byte // age; nil for Berkas when parts are listed
}

// Erasure is a wish of one investigator to erase a report before its time. A
// second one has to confirm it.
type Erasure struct {
	Report string
	User   string // who asked
	Day    string
}

// Post is a post of the office whose holders open reports.
type Post struct {
	ID   string // short, fits a button
	Name string
}

// Field is a question that a draft asks.
type Field string

// The fields of a report. Only Apa has to be filled.
const (
	Kategori Field = "kategori"
	Apa      Field = "apa"
	DiMana   Field = "di_mana"
	Kapan    Field = "kapan"
	Siapa    Field = "siapa"
	Bukti    Field = "bukti"
)

// Fields are all fields in the order in which they are asked and shown.
func Fields() []Field { return []Field{Kategori, Apa, DiMana, Kapan, Siapa, Bukti} }

// Incoming is a file that a reporter sends. What it claims to be is not
// believed: the content decides, and the name is thrown away.
type Incoming struct {
	Name string
	MIME string
	Size int64 // bytes as claimed; 0: unknown
	Open func() (io.ReadCloser, error)
}

// Sending is a report that is stored and waits until its reporter has the
// receipt. The zero value is none.
type Sending struct {
	Receipt Receipt
	id      string // of the report
}

// Cleaned is what became of an incoming file.
type Cleaned struct {
	Label string // neutral name, such as "berkas-1.jpg"
	Clean bool   // false: kept as it came, metadata and all, as the reporter chose
	Size  int64  // bytes kept, before sealing
}

// File is a file of a report as its readers see it.
type File struct {
	Part  string `json:"part"` // id of the part
	Label string `json:"label"`
	MIME  string `json:"mime"`
	Size  int64  `json:"size"` // bytes
	Clean bool   `json:"clean"`
}

// Entry is one line of the thread between reporter and investigators.
type Entry struct {
	Kind  PartKind
	Day   string
	Text  string
	Label string // of a file; empty: none
	By    string // post of the investigator; of Catatan only
	New   bool   // its reader had not seen it before
	Clean bool   // of a file: metadata was removed
	Part  string // of a file: id of the part
}

// Light shows how near a deadline is.
type Light string

// The lights. Kuning is lit on the last fifth of the days and at least on the
// last one.
const (
	Hijau  Light = "hijau"
	Kuning Light = "kuning"
	Merah  Light = "merah"
	Sudah  Light = "sudah" // done, in time or not
)

// Lights are the three deadlines of a report, with the last day of each.
type Lights struct {
	Acknowledge, Finding, Feedback       Light
	AcknowledgeBy, FindingBy, FeedbackBy string
}

// Line is a report in the list: nothing of its content.
type Line struct {
	ID      string
	Day     string
	Age     int // days since it was sent
	Status  Status
	Lights  Lights
	Unread  int
	Closed  string
	Erased  string // day on which it will be erased; empty: open
	EraseBy string // user who asked to erase it; empty: nobody
}

// Opened is the content of a report.
type Opened struct {
	Line
	Fields  map[Field]string
	LeftOut []string // posts that the reporter left out
	Files   []File
	Thread  []Entry // Isi is not repeated
	Notes   []Entry
}

// Mark is a step that stops a clock.
type Mark string

// The steps.
const (
	MarkFinding  Mark = "temuan"
	MarkFeedback Mark = "umpan-balik"
)

// TypoError tells which group of a receipt was mistyped.
type TypoError struct {
	Group int // from 1; 0: the code as a whole is too short or too long
}

// Error names the group.
func (e *TypoError) Error() string {
	if e.Group == 0 {
		return "receipt: wrong length"
	}
	return fmt.Sprintf("receipt: group %d is mistyped", e.Group)
}

// Errors that people meet; the bot and the console have a sentence for each.
var (
	// ErrNotFound is what a store answers for a report or part it has not.
	ErrNotFound = errors.New("report not found")
	// ErrUnknown means that a well-formed receipt opens no report.
	ErrUnknown = errors.New("receipt opens no report")
	// ErrNoInvestigators means that nobody could open a report yet.
	ErrNoInvestigators = errors.New("no active investigator")
	// ErrNobodyLeft means that the reporter left everybody out.
	ErrNobodyLeft = errors.New("everybody is left out")
	// ErrDraftGone means that the draft was sent, thrown away or expired.
	ErrDraftGone = errors.New("draft is gone")
	// ErrNothingSaid means that the field Apa is empty, or a message is.
	ErrNothingSaid = errors.New("nothing is said")
	// ErrTooLong means that a text is longer than the limits allow.
	ErrTooLong = errors.New("text is too long")
	// ErrTooBig means that a file or an image is larger than the limits allow.
	ErrTooBig = errors.New("file is too big")
	// ErrTooMany means that the report has as many files as it may have.
	ErrTooMany = errors.New("too many files")
	// ErrBusy means that as many drafts are open as may be.
	ErrBusy = errors.New("too many drafts are open")
	// ErrStageFull means that the files of all drafts take as much as they may.
	ErrStageFull = errors.New("no room for files of drafts")
	// ErrEmptyFile means a file of no bytes.
	ErrEmptyFile = errors.New("file is empty")
	// ErrCannotClean means that the metadata cannot surely be removed; the file
	// may be kept as it is if the reporter says so.
	ErrCannotClean = errors.New("file cannot be cleaned")
	// ErrBomb means a file that unpacks to far more than it is; it is never kept.
	ErrBomb = errors.New("file unpacks to too much")
	// ErrClosed means that the report was withdrawn and takes nothing more.
	ErrClosed = errors.New("report is withdrawn")
	// ErrPassphrase means a wrong passphrase, or a damaged private key.
	ErrPassphrase = errors.New("wrong passphrase")
	// ErrNotForYou means that this key does not open this report.
	ErrNotForYou = errors.New("report is not sealed to this key")
	// ErrSamePerson means that who asked to erase may not confirm it.
	ErrSamePerson = errors.New("a second person has to confirm")
	// ErrNotAsked means that nobody asked to erase the report.
	ErrNotAsked = errors.New("nobody asked to erase it")
	// ErrLastKey means that the last active investigator cannot be removed.
	ErrLastKey = errors.New("last active investigator")
	// ErrBadKey means a public or private key that is none.
	ErrBadKey = errors.New("not a key")
	// ErrBadArchive means a file that is no archive of a report, or a damaged one.
	ErrBadArchive = errors.New("not an archive of a report")
)
