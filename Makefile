# The commands are documented in README.md. ENV chooses the environment: dev or prod.
ENV ?= dev

# The pinned CDK CLI, and the pinned Node.js that it and jsii run on.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# A pipe fails if any part of it does.
SHELL := bash
.SHELLFLAGS := -eo pipefail -c

# The race detector needs a C compiler; Go knows whether there is one.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# What loads the CDK is not built for the race detector: that would take minutes, and it
# has one goroutine. It takes its Node.js, and whether to validate, from the environment.
CDK_PACKAGES := /stacks|/test/checkers

.PHONY: run test proof bench audit synth diff deploy destroy

run: node_modules
	go run ./test/local -env $(ENV) -in test/local/sample -out out

test: node_modules test/checkers/node_modules
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	for env in dev prod; do CDK_VALIDATION=false cdk synth --quiet -c env=$$env -o build/synth/$$env; done
	SYNTHESIZED=$(CURDIR)/build/synth go test $(RACE) $$(go list ./... | grep -vE '$(CDK_PACKAGES)')
	SYNTHESIZED=$(CURDIR)/build/synth CDK_VALIDATION=false go test $$(go list ./... | grep -E '$(CDK_PACKAGES)')

# The figures of docs/trust.md.
proof: node_modules test/checkers/node_modules
	CDK_VALIDATION=false go test -count=1 -v ./stacks/limits ./test/... | grep -oE 'proof: .*|^(--- FAIL|FAIL|panic).*'

# The figures of docs/performance.md; fails if a bound is broken.
bench:
	go run ./test/bench/scale

# Scanners, which are downloaded. Left out of gosec: what closing a reader returns, sizes
# below zero, and running a command over files, which is what this is for. govulncheck
# needs a database: https://vuln.go.dev, or VULNDB=file:///FOLDER.
audit:
	go run github.com/securego/gosec/v2/cmd/gosec@v2.22.11 -quiet -exclude=G104,G115,G204,G304 -exclude-dir=test ./...
	go run github.com/zricethezav/gitleaks/v8@v8.24.0 git --no-banner --redact .
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 $(if $(VULNDB),-db $(VULNDB)) -test ./... || { echo "govulncheck: vulnerable, or NOT CHECKED: see above"; exit 1; }

synth diff deploy destroy: node_modules
	cdk $@ -c env=$(ENV) $(ARGS)

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

test/checkers/node_modules: test/checkers/package-lock.json
	npm ci --prefix test/checkers --no-audit --no-fund
	@touch $@
