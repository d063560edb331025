# Two commands do everything on a fresh machine: make run, make test.
.PHONY: run test torture soak fuzz licences release reproducible image build fit bench matching lint clean

export CGO_ENABLED = 1
BIN = bin/tanyanetral
STATICCHECK = .tools/staticcheck
FUZZTIME ?= 30s

run: build            ## set up if needed, then talk to the bot in the terminal
	@$(BIN) chat

build:
	@.ci/setup run
	@go build -trimpath -o $(BIN) .

test:                 ## set up if needed, then every check and test
	@.ci/setup test
	@$(MAKE) --no-print-directory lint
	go test -race -shuffle=on -timeout 25m ./...
	@.ci/vuln

torture:              ## fifty kills in each mode, locks of a minute, 10,000 updates at once: the long fault suite
	go test -tags torture -run 'TestTortureLong|TestFault' -timeout 60m -v .

soak:                 ## half an hour at 200 questions a second: flat memory, no goroutine left (SOAK=10m: shorter)
	go test -tags soak -run TestSoak -timeout 120m -v .

fuzz:                 ## every fuzz target for FUZZTIME
	FUZZTIME=$(FUZZTIME) .ci/fuzz

licences:             ## the licence of every module in the program
	@.ci/licences

release:              ## the static binary with its checksums and list of components, in bin/release
	@deploy/release

reproducible:         ## two builds in different folders give the same bytes
	@deploy/reproducible

image:                ## the container image without a container engine (umoci), at most 60 MB
	@deploy/image bin/tanyanetral-image.tar

lint:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	.ci/gosec

fit: build            ## fit the matcher to the data and check the result
	$(BIN) fit faq/weights.bin
	go build -trimpath -o $(BIN) .
	$(BIN) check

bench:                ## start, latency, memory, delivery
	go test -run '^$$' -bench . -benchmem ./...

matching:             ## the tables of docs/matching.md: the matcher beside search engines, and its growth
	MATCHING_TABLES=docs/matching.md go test -tags sqlite_fts5 -run '^$$' -bench '^Benchmark(Matching|Growth)$$' \
		-benchtime 3x -timeout 60m .

clean:
	rm -rf bin .tools
