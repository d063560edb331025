//go:build !large

package storage

// benchmarkSize is how many bytes of sealed files the database of
// BenchmarkBackup has: enough to see what a backup costs. With the tag large
// it is the size for which the promise is made.
const benchmarkSize = 64 << 20
