//go:build torture

package main

import "testing"

// TestTortureLong is too long for every run of the tests.
func TestTortureLong(t *testing.T) { tortureBoth(t, 50) }
