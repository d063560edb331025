package faq

// The thresholds of the three zones, on the calibrated confidence. They were
// set on the development sets in testdata; docs/matching.md has the tables.
// The untouched set was scored once with them.
const (
	// directFrom is the confidence from which a question with a domain anchor
	// is answered directly. On the two development sets together 0.72 gave 84%
	// right, 2.5% wrong and 1.3% of the near questions answered at all; 0.80
	// gave 84, 2.3 and 0.7%; 0.87 gives 82% right, 1.9% wrong and none near.
	directFrom = 0.87
	// directBare is the same for a question without any anchor word, such as
	// "hukdis berat apa saja". No question out of scope came near it.
	directBare = 0.90
	// marginFrom is how far the first candidate must be before the second.
	marginFrom = 0.10
	// oppositeFrom is the confidence of a runner-up with the opposite verdict
	// from which nothing is told directly: boleh for dilarang is the worst
	// mistake. It caught every such answer of both development sets and moved
	// 3% of the right ones to the menu.
	oppositeFrom = 0.004
	// menuFrom is the confidence from which a menu is offered.
	menuFrom = 0.22
	menuSize = 3
	best     = 5 // candidates that every answer lists
)
