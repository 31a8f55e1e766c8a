# Attune's workshop. `make` alone prints what there is.
# PYTHON=python3.12 chooses another interpreter; ARGS="..." is handed to the tool.

PYTHON ?= python3
WORKERS ?= 2
ARGS ?=
PY := .venv/bin/python
export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help run test check format bench walkthrough torture migration openapi lock \
	ready-to-run ready-to-build clean

help: ## print this
	@echo "Attune: exercises between therapy appointments, by consent"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: ready-to-run ## set up, seed a demo practice once, serve on 127.0.0.1:8000
	@$(PY) -m api.cli demo $(ARGS)

test: ready-to-build ## the whole suite on SQLite and on a PostgreSQL of its own
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: ready-to-build ## format, lint, types, floors, sizes, locks, drift
	@$(PY) -m tools.check $(ARGS)

format: ready-to-build ## put everything in the one format
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format --quiet .

bench: ready-to-build ## measure against a hand-written yardstick server
	@$(PY) -m bench $(ARGS)

walkthrough: ready-to-run ## a client program over real HTTP, from enrolment to chart
	@$(PY) -m examples.walkthrough $(ARGS)

torture: ready-to-build ## kill the server under load, many more rounds than `make test`
	@ATTUNE_KILL_ROUNDS=$${ATTUNE_KILL_ROUNDS:-250} $(PY) -m pytest tests/durability $(ARGS)

migration: ready-to-build ## name=...: write a migration from what changed in the tables
	@$(PY) -m tools.migration new "$(name)"

openapi: ready-to-build ## rewrite docs/openapi.json
	@$(PY) -m tools.openapi write

lock: ready-to-build ## choose versions anew from requirements/*.in
	@$(PYTHON) -m pip --python $(PY) install --quiet --disable-pip-version-check uv
	@$(PY) -m tools.locks compile $(ARGS)

clean: ## remove environment, caches and the demo's data
	@rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache

ready-to-run:
	@$(PYTHON) tools/bootstrap.py run

ready-to-build:
	@$(PYTHON) tools/bootstrap.py dev
