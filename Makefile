# The commands are documented in README.md. ENV chooses the environment: dev or prod.
ENV ?= dev

# The pinned CDK CLI, and the pinned Node.js that it and jsii run on.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# A pipe fails if any part of it does.
SHELL := bash
.SHELLFLAGS := -eo pipefail -c

# The race detector needs a C compiler; Go knows whether there is one. It watches what does
# several things at once: not what looks at templates, and not what starts programs that
# were built without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: run test lint test-programs test-templates proof bench audit synth diff deploy destroy

run: node_modules
	go run ./test/local -env $(ENV) -in test/local/sample -out out

# All at once, since none of them keeps two cores busy.
test: node_modules test/checkers/node_modules
	$(MAKE) --jobs --no-print-directory lint test-programs test-templates

lint:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

test-programs:
	go test $(RACE) ./batch/... ./lambda/... ./test/account/...
	go test ./test/bench/... ./test/chaos

test-templates: export SYNTHESIZED := $(CURDIR)/build/synth
test-templates:
	rm -rf $(SYNTHESIZED)
	for env in dev prod; do cdk synth --quiet -c env=$$env -o $(SYNTHESIZED)/$$env; done
	go test $(RACE) ./test/local/...
	CDK_VALIDATION=false go test $$(go list ./... | grep -vE '/(batch|lambda)/|/test/(account|bench|chaos|local)')

# The figures of docs/trust.md.
proof: node_modules test/checkers/node_modules
	CDK_VALIDATION=false go test -count=1 -v ./stacks/limits ./test/... | grep -oE 'proof: .*|^(--- FAIL|FAIL|panic).*'

# The figures of docs/performance.md; fails if a bound is broken.
bench: node_modules
	go run ./test/bench/scale
	go run ./test/bench/working
	go run ./test/bench/starting
	go run ./test/bench/synthesizing

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
