//go:build large

package storage

// benchmarkSize is the size for which it is promised that no reply waits
// longer than 100 ms for a backup.
const benchmarkSize = 1 << 30
