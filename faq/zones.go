package faq

// The thresholds of the three zones, on the calibrated confidence. They are
// set on the development sets in testdata (see docs/matching.md for the
// table); the untouched set is scored once with them.
const (
	directFrom = 0.62 // at least this sure, and
	marginFrom = 0.10 // this far before the second candidate: a direct answer
	menuFrom   = 0.22 // at least this sure: a menu
	menuSize   = 3
	best       = 5 // candidates that every answer lists
)
