package curation

import (
	"slices"

	"tanyanetral/knowledge"
)

// Can reports whether the user may act in a role on a day. An admin can do
// what a kurator can; nobody but a pemeriksa can do what a pemeriksa can.
func (u User) Can(r Role, today knowledge.Day) bool {
	if !u.Active || u.Until != "" && today > u.Until {
		return false
	}
	return slices.Contains(u.Roles, r) || r == Kurator && slices.Contains(u.Roles, Admin)
}
