# "make" alone lists the targets. ENV chooses the environment: make deploy ENV=prod
ENV ?= dev

# The Node.js that README.md asks for.
NODE := $(shell cat .nvmrc)

# The pinned CDK CLI, and the pinned Node.js that it and jsii run on.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# A pipe fails if any part of it does.
SHELL := bash
.SHELLFLAGS := -eo pipefail -c

# Go builds these once and keeps them in its cache.
GOLANGCI_LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.12.2
GOSEC         := go run github.com/securego/gosec/v2/cmd/gosec@v2.22.11
GITLEAKS      := go run github.com/zricethezav/gitleaks/v8@v8.24.0
GOVULNCHECK   := go run golang.org/x/vuln/cmd/govulncheck@v1.1.4

# A cache that clones share gives findings of the one under the paths of the other.
export GOLANGCI_LINT_CACHE := $(CURDIR)/build/golangci-lint

# The race detector needs a C compiler; Go knows whether there is one. It watches what does
# several things at once: not what looks at templates, and not what starts programs that
# were built without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.DEFAULT_GOAL := help
.PHONY: help run operate settings test lint test-programs test-templates format snapshots proof bench audit \
	synth diff deploy destroy release

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: node_modules ## run the whole workflow on this machine, over test/local/sample
	go run ./test/local -env $(ENV) -in test/local/sample -out out

# At once, since none of them keeps two cores busy.
test: node_modules test/checkers/node_modules ## everything that has to pass before a commit
	$(MAKE) --jobs --no-print-directory lint test-programs test-templates

lint: ## only the linters
	$(GOLANGCI_LINT) run ./...

test-programs:
	go test $(RACE) ./batch/... ./lambda/... ./test/account/...
	go test ./test/bench/... ./test/chaos

test-templates: export SYNTHESIZED := $(CURDIR)/build/synth
test-templates:
	rm -rf $(SYNTHESIZED)
	for env in dev prod; do cdk synth --quiet -c env=$$env -o $(SYNTHESIZED)/$$env; done
	go test $(RACE) ./test/local/...
	CDK_VALIDATION=false go test $$(go list ./... | grep -vE '/(batch|lambda)/|/test/(account|bench|chaos|local)')

format: ## format the code as the linters want it
	$(GOLANGCI_LINT) fmt

snapshots: node_modules ## write what a meant change alters: snapshots, pages of docs
	UPDATE_SNAPS=true CDK_VALIDATION=false go test ./test ./test/edits ./stacks/settings ./batch/operate

proof: node_modules test/checkers/node_modules ## print the figures of docs/trust.md; UPDATE_SNAPS=true writes them
	CDK_VALIDATION=false go test -count=1 -v ./stacks/limits ./test/... | grep -oE 'proof: .*|^(--- FAIL|FAIL|panic).*'

# All of them, whichever fails. UPDATE_DOCS=true writes the figures into docs/performance.md.
bench: node_modules ## print the figures of docs/performance.md; fails if a bound is broken
	@failed=; for part in scale working starting synthesizing; do \
		go run ./test/bench/$$part || failed="$$failed $$part"; \
	done; test -z "$$failed" || { echo "failed:$$failed"; exit 1; }

# Left out of gosec: what closing a reader returns, sizes below zero, and running a command
# over files, which is what this is for. govulncheck needs a database: https://vuln.go.dev,
# or VULNDB=file:///FOLDER.
audit: ## look for vulnerabilities and secrets
	$(GOSEC) -quiet -exclude=G104,G115,G204,G304 -exclude-dir=test ./...
	$(GITLEAKS) git --no-banner --redact .
	$(GOVULNCHECK) $(if $(VULNDB),-db $(VULNDB)) -test ./... || { echo "govulncheck: vulnerable, or NOT CHECKED: see above"; exit 1; }

operate: ## build the operator's program, build/operate, whose exit codes a script can use
	go build -o build/operate ./batch/operate

settings: ## print every setting of an environment
	@go run ./stacks/settings -env $(ENV)

synth: ## write the template to cdk.out
diff: ## show what a deployment would change
destroy: ## remove what was deployed
synth diff destroy: node_modules
	cdk $@ -c env=$(ENV) $(ARGS)

# The CDK builds no image that is in the repository already, so it needs no Docker for what
# was pushed. Credentials come from the environment, because all three have to use the same.
deploy: node_modules ## deploy to the AWS account of your credentials
	cdk synth --quiet -c env=$(ENV)
	go run ./stacks/image/push cdk.out
	cdk deploy --app cdk.out $(ARGS)
	@printf '\nPut files below the location that the output MainUploadCommand names, then:\n\n  %s\n\n' \
		"go run ./batch/operate start -env $(ENV) -watch"

release: ## tag a release: make release VERSION=1.2.0
	.ci/release "$(VERSION)"

# npm warns of each package that asks for a newer Node.js; one line says as much.
define npm-ci
@installed=$$(node -p 'process.versions.node'); warn=warn; \
if [ "$${installed%%.*}" -lt $(NODE) ]; then \
	echo "Node.js $$installed is older than $(NODE): only npm runs on it, all else on the Node.js that npm installs here"; \
	warn=error; \
fi; \
npm ci --no-audit --no-fund --loglevel=$$warn
endef

node_modules: package-lock.json
	$(npm-ci)
	@touch $@

test/checkers/node_modules: test/checkers/package-lock.json
	$(npm-ci) --prefix test/checkers
	@touch $@
