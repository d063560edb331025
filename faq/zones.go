package faq

// The thresholds of the three zones, on the calibrated confidence. They were
// set on the development sets in testdata; docs/matching.md has the tables.
// The untouched set was scored once with them.
const (
	// directFrom is the confidence from which a question with a domain anchor
	// is answered directly: at 0.62 2.8% of the questions in scope were
	// answered wrongly and 4% of the near ones at all, at 0.82 below 2% and 0.
	directFrom = 0.82
	// directBare is the same for a question without any anchor word, such as
	// "hukdis berat apa saja": no question out of scope came above 0.77.
	directBare = 0.93
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
