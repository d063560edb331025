package faq

// The thresholds of the three zones, on the calibrated confidence. They were
// set on the development sets in testdata; docs/matching.md has the tables.
// The untouched set was scored once with them.
const (
	// directFrom is the confidence from which a question with a domain anchor
	// is answered directly. On the first three sets together 0.87 gave 81.6%
	// right and 1.9% wrong, 0.89 81.2 and 1.8%, 0.91 80.2 and 1.6%, 0.93 78.5
	// and 1.6%: a wrong rule harms more than a menu.
	directFrom = 0.91
	// directBare is the same for a question that says little: without any
	// anchor word, such as "hukdis berat apa saja", or of three terms at most.
	directBare = 0.93
	// marginFrom is how far the first candidate must be before the second.
	marginFrom = 0.10
	// oppositeFrom is the confidence of a runner-up with the opposite verdict
	// from which nothing is told directly, and rivals is among how many of the
	// best such a topic forbids it too if any single judgement puts it first:
	// boleh for dilarang is the worst mistake. Without both 8 such answers were
	// told on the three sets, with the first alone 3.
	oppositeFrom = 0.004
	rivals       = 8
	// menuFrom is the confidence from which a menu is offered.
	menuFrom = 0.22
	menuSize = 3
	best     = 5 // candidates that every answer lists
)
