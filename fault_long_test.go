//go:build torture

package main

import (
	"testing"
	"time"
)

// TestFaultLong are the forms of the fault suite that are too long for every
// run: a lock of a minute, and 10,000 updates after many refusals.
func TestFaultLong(t *testing.T) {
	t.Run("locked", func(t *testing.T) { locked(t, time.Minute) })
	t.Run("away", func(t *testing.T) { away(t, 2, 10_000) })
}
