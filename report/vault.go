package report

import "context"

// vault is where reports are kept. Every method that changes something has it
// on the disk when it returns. A missing report or part is ErrNotFound.
type vault interface {
	investigatorStore
	stageStore
	reportStore
	partStore
	eraseStore
}

type investigatorStore interface {
	// Investigators are all, active or not, in no telling order.
	Investigators(ctx context.Context) ([]Investigator, error)
	// PutInvestigator adds or replaces by ID.
	PutInvestigator(ctx context.Context, i Investigator) error
}

// stageStore keeps the sealed files of drafts until the report is sent.
type stageStore interface {
	StageFile(ctx context.Context, draft string, p Part) error
	DropStage(ctx context.Context, draft string) error
	// DropAllStages is called at start: no draft outlives the program.
	DropAllStages(ctx context.Context) error
}

type reportStore interface {
	// Accept stores a report, its Isi and the staged files of the draft, which
	// become its parts, in one transaction.
	Accept(ctx context.Context, s Stored, isi Part, draft string) error
	// Confirm turns a report that is Menunggu into one that is Baru; it leaves
	// every other one as it is.
	Confirm(ctx context.Context, id string) error
	ByLookup(ctx context.Context, lookup []byte) (Stored, error)
	Reports(ctx context.Context) ([]Stored, error)
	Report(ctx context.Context, id string) (Stored, error)
	// SetStored replaces status and days of the report with this ID. What its
	// reporter withdrew stays withdrawn: another status is ErrClosed.
	SetStored(ctx context.Context, s Stored) error
	// SetEnvelope replaces the envelope of a report and nothing else.
	SetEnvelope(ctx context.Context, id string, envelope []byte) error
}

type partStore interface {
	// Parts are those of a report by Number; Sealed is left out for Berkas.
	Parts(ctx context.Context, report string) ([]Part, error)
	PartData(ctx context.Context, id string) ([]byte, error)
	// AddPart adds a part to a report; the staged files of the named drafts
	// become parts of the same report in the same transaction.
	AddPart(ctx context.Context, p Part, drafts []string) error
	MarkSeen(ctx context.Context, ids []string) error
}

// eraseStore erases. What is erased is gone from the file after the next tidy.
type eraseStore interface {
	Erase(ctx context.Context, report string) error
	// AskErase notes who asked; asking again replaces the asker.
	AskErase(ctx context.Context, report, user string) error
	Erasures(ctx context.Context) ([]Erasure, error)
}
