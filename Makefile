# The door to everything. `make run` shows it at work, `make test` proves it; both install the Debian packages that they
# lack. How `make test` spends its time in a fresh clone on two cores stands at its target.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
# A target that imports what it does not declare fails the build.
BUILD_FLAGS := --explicit-target-dependency-import-check error
SOURCES := Package.swift Sources Tests
SCRIPTS := .ci/run $(wildcard scripts/* Tests/Lab/*.sh Tests/Fuzz/*.sh Benchmarks/edge/*.sh)
PORTICO := .build/release/portico

# Seconds that each parser is fuzzed for; `make test` leaves it at this, FUZZ_SECONDS=3600 is for a night.
FUZZ_SECONDS ?= 10

.NOTPARALLEL:
.PHONY: help run test fuzz bench build format lint check clean deps deps-test deps-bench

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: deps build ## the five-minute tour: a store, three backends and the edge, in one process, until Ctrl-C
	@if [ -t 1 ]; then exec $(PORTICO) demo; fi; \
	$(PORTICO) demo --tour; \
	echo; echo 'That was the tour by itself. To try it by hand: $(PORTICO) demo'

# Two builds, because the unit tests want Swift's run-time checks (debug) and the integration tests want the program that
# is shipped (release). In a fresh clone they are most of the time, for each compiles the dependencies anew; nothing when
# nothing changed. Then the unit tests run in parallel, a minute or two; apart from those that only compute, the ones that
# wait for stores, clients and other programs: on two cores one long computation in the same process holds up half of the
# threads that their servers run on, and their time limits break; then the integration tests
# one after the other, for they measure what they load; then the fuzzers, FUZZ_SECONDS for each of six parsers.
test: deps-test lint build ## everything: style, unit tests, and the program against real servers
	$(SWIFT) build --build-tests $(BUILD_FLAGS)
	@failed=; begin=$$SECONDS; export PORTICO_BINARY="$$PWD/$(PORTICO)"; \
	$(SWIFT) test --skip-build --disable-xctest --skip '^(Integration|KeyValueTests|ControlTests|GatewayTests|RendererTests|DockerEngineTests|RegistratorTests|SwarmTests|AdminTests)\.' \
	  || failed+=' unit tests'; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^(KeyValueTests|ControlTests)\.' || failed+=' store tests'; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^GatewayTests\.' || failed+=' gateway tests'; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^(DockerEngineTests|RegistratorTests)\.' \
	  || failed+=' engine tests'; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^SwarmTests\.' || failed+=' swarm tests'; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^AdminTests\.' || failed+=' admin tests'; \
	$(SWIFT) test --skip-build --disable-xctest --no-parallel --filter '^RendererTests\.' || failed+=' renderer tests'; \
	middle=$$SECONDS; \
	$(SWIFT) test --skip-build --disable-xctest --filter '^Integration\.' || failed+=' integration tests'; \
	echo "make test: unit tests $$((middle - begin)) s, integration tests $$((SECONDS - middle)) s"; \
	if [ -n "$$failed" ]; then echo "make test: FAILED:$$failed"; exit 1; fi
	@$(MAKE) --no-print-directory fuzz
	@echo 'make test: all passed'

fuzz: ## the parsers under libFuzzer and the address sanitizer, FUZZ_SECONDS=10 each
	@mkdir -p .build
	@if ! Tests/Fuzz/run.sh $(FUZZ_SECONDS) > .build/fuzz.log 2>&1; then tail -n 60 .build/fuzz.log; exit 1; fi
	@grep -E '^(==|Done)' .build/fuzz.log

bench: deps-bench build ## the edge beside nginx and HAProxy: processor time a request, latency, memory; render: key to file
	Benchmarks/edge/run
	Benchmarks/render/run

build: ## the program, optimised, at .build/release/portico
	$(SWIFT) build -c release --product portico $(BUILD_FLAGS)

format: ## puts all Swift files into the house's form
	$(SWIFT) format --in-place --parallel --recursive $(SOURCES)

lint: ## fails on a file that `make format` would change or that breaks its rules
	$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)
	for script in $(SCRIPTS); do bash -n $$script; done

check: lint ## what to run before a commit: style and the house's rules (Tests/TidyTests)
	$(SWIFT) test --disable-xctest --filter TidyTests

clean: ## removes what was built; keeps the packages that were fetched
	$(SWIFT) package clean
	rm -rf .build/lab .build/fuzz .build/fuzz.log

deps:
	@scripts/install-packages build

deps-test:
	@scripts/install-packages test
	@[ -n "$${PORTICO_CONSUL-}" ] || command -v consul >/dev/null || Tests/Lab/get-consul.sh
	@[ -n "$${PORTICO_DOCKER-}" ] || Tests/Lab/get-docker.sh
	@[ -n "$${PORTICO_COMPOSE-}" ] || Tests/Lab/get-compose.sh || echo 'make test: without Compose its test is skipped'
	@[ -n "$${PORTICO_SCHEMATHESIS-}" ] || Tests/Lab/get-schemathesis.sh \
	  || echo 'make test: without schemathesis its test is skipped'

deps-bench:
	@scripts/install-packages bench
