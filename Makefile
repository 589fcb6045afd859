# Cairn's commands. Each sets up first what it needs; only what has changed is done again.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test lint format build bench soak clean lock

PYTHON := .venv/bin/python
export PORT ONLY
unexport PYTHONDONTWRITEBYTECODE  # else each process that tests start compiles all of its modules again

help: ## what there is
	@awk -F ': ## ' '/^[a-z]+: ## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: ## set up and serve at http://127.0.0.1:8000, reloading (PORT=8001 for another port)
	@scripts/bootstrap
	@$(PYTHON) scripts/run.py

test: ## run every test on SQLite and PostgreSQL (ONLY=sqlite for one; ARGS="-k name" picks tests)
	@scripts/bootstrap --dev
	@$(PYTHON) scripts/test.py $(ARGS)

lint: ## check style, types, layers, languages, locks and generated files
	@scripts/bootstrap --dev
	@$(PYTHON) scripts/lint.py $(ARGS)

format: ## lay out the code as lint wants it, mend what can be mended
	@scripts/bootstrap --dev
	@.venv/bin/ruff check --fix-only --quiet
	@.venv/bin/ruff format --quiet
	@node_modules/.bin/biome check --write --log-level=error --no-errors-on-unmatched || true

build: ## bundle and compress the front end, held to its budget
	@scripts/bootstrap
	@.venv/bin/node scripts/build.mjs

bench: ## measure; one JSON object a line (ONLY=import picks by the start of the name)
	@scripts/bootstrap --dev
	@$(PYTHON) -m bench $(ONLY)

soak: ## use a running site hard for a while (MINUTES=10), then caches in a million orders (SEEDS="FIRST LAST")
	@scripts/bootstrap --dev
	@$(PYTHON) -m bench.soak $(MINUTES)
	@DJANGO_SETTINGS_MODULE=tests.settings $(PYTHON) -m tests.caching.chance $(SEEDS)

lock: ## lock the newest allowed versions of all packages
	@scripts/bootstrap --dev
	@scripts/lock

clean: ## remove what was built and installed; the database in var/ stays
	rm -rf .venv node_modules static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
