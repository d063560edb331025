// Command tanyanetral answers the questions of Indonesian civil servants on
// neutrality in elections, on Telegram and in the terminal.
//
// A tour for who reads the code for the first time:
//
//	knowledge  what may be said: topics, verdicts, sanctions, citations (data/)
//	bahasa     everyday Indonesian to terms: lexicon, stemmer, slots (data/)
//	curation   the staff's work: inbox, drafts, review, publishing, who may what
//	report     anonymous reports: receipt, sealing, cleaning, deadlines
//	sheet      the base as a spreadsheet, and back
//	faq        question to topic: bleve candidates, rescoring, confidence, zones
//	bot        the conversation, and its way through Telegram
//	console    the web pages of curators and investigators
//	storage    SQLite: what has to be kept, and nothing that tells who asked
//
// The first five are leaves; faq, bot, storage and console are
// adapters that do not know each other; this package wires them. The table of
// allowed imports is a test (imports_test.go).
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the release build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tanyanetral: "+err.Error())
	}
	os.Exit(exitCode(err))
}

// exitCode is 2 when the operator has to mend something before the program
// can run, and 1 for everything else that failed.
func exitCode(err error) int {
	var setup setupError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &setup):
		return 2
	}
	return 1
}

// setupError is a mistake of the set-up that only the operator can mend.
type setupError struct{ error }

func (e setupError) Unwrap() error { return e.error }
