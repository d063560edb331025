# Two commands do everything on a fresh machine: make run, make test.
.PHONY: run test torture build fit bench matching lint clean

export CGO_ENABLED = 1
BIN = bin/tanyanetral
STATICCHECK = .tools/staticcheck
GOVULNCHECK = .tools/govulncheck

run: build            ## set up if needed, then talk to the bot in the terminal
	@$(BIN) chat

build:
	@.ci/setup run
	@go build -trimpath -o $(BIN) .

test:                 ## set up if needed, then every check and test
	@.ci/setup test
	@$(MAKE) --no-print-directory lint
	go test -race -shuffle=on ./...
	@.ci/vuln

torture:              ## fifty kills in each mode under load, floods and lost answers
	go test -tags torture -run TestTortureLong -timeout 30m -v .

lint:
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...

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
