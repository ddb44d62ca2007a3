# The commands are documented in README.md. ENV chooses the environment: dev or prod.
ENV ?= dev

# The pinned CDK CLI, and the pinned Node.js that it and jsii run on.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# The race detector needs a C compiler; Go knows whether there is one.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

.PHONY: run test proof audit synth diff deploy destroy

run: node_modules
	go run ./test/local -env $(ENV) -in test/local/sample -out out

test: node_modules
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "gofmt -w $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	go test $(RACE) $$(go list ./... | grep -v /stacks)
	go test ./stacks/...

# The figures of docs/trust.md.
proof: node_modules
	go test -v ./stacks/limits ./test/... | grep -oE 'proof: .*|^(FAIL|panic).*' | tee build/proof.txt

synth diff deploy destroy: node_modules
	cdk $@ -c env=$(ENV) $(ARGS)

node_modules: package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules
