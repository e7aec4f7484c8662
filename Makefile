# On se parle !! : `make run` to try it, `make test` to check it.
.DEFAULT_GOAL := help
.PHONY: help install run test chaos lint bench bench-load translate clean
BIN := .venv/bin

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## build .venv with everything needed to run and to test
	@scripts/install dev

run: ## the rehearsal: the real product, a stand-in carrier, no account, no real telephone
	@scripts/install run
	@$(BIN)/hotline rehearse

test: ## the whole suite; what a missing program skips is said by name
	@scripts/install dev
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist worksteal

chaos: ## a hundred seeds of everything failing at once, then the ledger; ARGS='--seed 7' plays one again
	@scripts/install dev
	@$(BIN)/python -m scripts.chaos $(ARGS)

lint: ## style, types, and who may import whom
	@scripts/install dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: ## throughput, latency and memory beside a bare route; every page of the desk in a large country
	@scripts/install dev
	@$(BIN)/python -m scripts.bench

bench-load: ## two hundred calls at once and fifty texts a second; what was lost; ten thousand odd requests
	@scripts/install dev
	@$(BIN)/python -m scripts.bench.load_run docs/images

translate: ## bring the English catalogue of the pages up to the sentences of today
	@scripts/install dev
	@$(BIN)/python -m scripts.translate

clean: ## remove .venv and what the rehearsal wrote
	rm -rf .venv var/rehearsal
