# Salon. `make run` shows it, `make test` proves it; CONTRIBUTING.md says more.

SHELL := /bin/bash -o pipefail
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

NPM     := npm --prefix frontend
MODULES := frontend/node_modules/.package-lock.json
MINGO   := fair/mongostore/embedded/testdata/mingo
ORACLE  := $(MINGO)/node_modules/.package-lock.json
BUILT   := frontend/dist/.built
SOURCES := $(shell find frontend/src frontend/scripts frontend/vite.config.ts frontend/package.json -type f 2>/dev/null)

.PHONY: help run build test networks first-picture walk long deps gen go-test lint front-test journeys binary clean

help: ## say what can be made
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: build ## build all, then serve the demo fair on http://127.0.0.1:8080
	bin/salon serve --demo

build: $(BUILT) binary ## leave bin/salon, one self-contained binary

binary:
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/salon ./cmd/salon

$(MODULES): frontend/package-lock.json
	@.ci/deps build
	$(NPM) ci --no-audit --no-fund
	@touch $@

$(BUILT): $(MODULES) $(SOURCES)
	$(NPM) run build
	@touch frontend/dist/.gitkeep $@

$(ORACLE): $(MINGO)/package-lock.json
	npm --prefix $(MINGO) ci --no-audit --no-fund
	@touch $@

deps: ## see to the programs the tests need, and fetch the modules
	@.ci/deps test
	@$(MAKE) --no-print-directory $(MODULES) $(ORACLE)
	go mod download

gen: $(MODULES) ## write again what is generated: the API's papers and types, the tables in the papers
	go run ./cmd/apispec -o frontend/openapi.yaml
	$(NPM) run gen
	go test ./cmd/salon -run TestThePapers -update -count=1

test: deps build lint go-test front-test journeys ## the whole gate

lint: $(BUILT) ## formatting, vet, staticcheck, generated files fresh, types, style
	@bad=$$(git ls-files '*.go' | xargs gofmt -l); [ -z "$$bad" ] || { echo "not gofmt-ed: $$bad"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go run ./cmd/apispec -check frontend/openapi.yaml
	$(NPM) run gen -- --check
	$(NPM) run check
	$(NPM) run lint

go-test: $(ORACLE) ## Go tests with the race detector
	go test -race -timeout 15m ./fair/service $$(go list ./... | grep -v cmd/loadfair) # the longest begins first
	go test ./cmd/loadfair # its day at a fair takes ten times as long with the detector, which make long bears

front-test: $(BUILT) ## unit tests and weights of what browsers load
	$(NPM) run test
	$(NPM) run budgets

journeys: build ## the journeys, in real browsers
	CGO_ENABLED=0 go build -trimpath -o bin/loadfair ./cmd/loadfair
	$(NPM) run e2e

networks: ## calls on bad networks, tried for minutes
	NETWORKS=long go test -count=1 -v -timeout 30m ./media/netlab

first-picture: build ## measure how long after the click somebody is seen, in two browsers
	SALON_E2E_MEASURE=1 $(NPM) run e2e

walk: build ## see every screen, in both languages, sizes and ways of looking: SALON_E2E_SHOTS=FOLDER make walk
	$(NPM) run walk

long: deps build ## fuzzing, repeated races, benchmarks, networks: FUZZTIME=10m make long
	.ci/fuzz
	go test -race -count=3 -timeout 60m ./...
	go test -tags long -count=1 -timeout 10m -run TestNoWordOfACanary ./cmd/salon
	go test -count=100 -timeout 30m -run TestMutatedPackets ./media
	go test -run '^$$' -bench . -benchmem ./...
	@$(MAKE) --no-print-directory networks
	SALON_E2E_LONG=1 $(NPM) run e2e
	@$(MAKE) --no-print-directory walk

clean: ## forget what was built
	rm -rf bin frontend/node_modules $(MINGO)/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete
