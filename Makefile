# Everything runs in .venv, made on first use. PYTHON= chooses the Python to make it with (3.11 or later).
# Which server: DATABASE_URL (for tests TEST_DATABASE_URL), else the embedded PostgreSQL; each command says which.
# More arguments for a command: ARGS=, as in `make test ARGS='-k transfer'`.

PYTHON ?= python3
ARGS ?=

VENV := .venv
RUN := $(VENV)/bin/python -m
SQLWRIGHT := $(VENV)/bin/sqlwright
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what there is to make
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: $(INSTALLED) ## Load realistic data and run every query, sync and async
	@$(VENV)/bin/python scripts/demo.py $(ARGS)

.PHONY: test
test: $(INSTALLED) ## Run all tests on a real PostgreSQL
	$(RUN) pytest -n auto $(ARGS)

.PHONY: test-versions
test-versions: $(INSTALLED) ## Run the tests of the analysis on other versions of PostgreSQL
	@$(VENV)/bin/python scripts/other_servers.py $(ARGS)

.PHONY: soundness
soundness: $(INSTALLED) ## Try what is claimed of random statements on hostile rows
	@PYTHONPATH=scripts $(RUN) soundness $(ARGS)

.PHONY: migrate
migrate: $(INSTALLED) ## Apply the migrations that are pending
	@$(SQLWRIGHT) migrate up $(ARGS)

.PHONY: rollback
rollback: $(INSTALLED) ## Undo the last migration that was applied
	@$(SQLWRIGHT) migrate down $(ARGS)

.PHONY: status
status: $(INSTALLED) ## List the migrations, applied and pending
	@$(SQLWRIGHT) migrate status $(ARGS)

.PHONY: generate
generate: $(INSTALLED) ## Write the Python for queries/
	@$(SQLWRIGHT) generate $(ARGS)

.PHONY: check
check: $(INSTALLED) ## Fail when the generated Python is out of date
	@$(SQLWRIGHT) check $(ARGS)

.PHONY: bench
bench: $(INSTALLED) ## Measure generated functions beside other ways to do the same
	@PYTHONPATH=scripts $(RUN) bench $(ARGS)

.PHONY: bench-codegen
bench-codegen: $(INSTALLED) ## Measure how long generating takes, beside sqlc
	@$(VENV)/bin/python scripts/bench_codegen.py $(ARGS)

.PHONY: lint
lint: $(INSTALLED) ## Check style, and that what is derived is up to date
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(VENV)/bin/python scripts/async_to_sync.py --check
	$(VENV)/bin/python scripts/docs.py --check

.PHONY: format
format: $(INSTALLED) ## Put the code in style, and derive what is derived anew
	$(VENV)/bin/python scripts/async_to_sync.py
	$(VENV)/bin/python scripts/docs.py
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

.PHONY: types
types: $(INSTALLED) ## Check types with mypy and pyright, both strict
	$(RUN) mypy
	$(RUN) pyright

.PHONY: install
install: $(INSTALLED) ## Make .venv and install everything into it

.PHONY: clean
clean: ## Stop the embedded PostgreSQL, remove its data, .venv and all caches
	@if [ -x $(VENV)/bin/python ]; then $(VENV)/bin/python -c \
	    'from pathlib import Path; from sqlwright.embedded import stop_project_server as s; s(Path.cwd(), remove=True)'; fi
	rm -rf $(VENV) .bench .sqlwright .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so an installation that was interrupted is done again.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo 'Python 3.11 or later is needed, as in: make PYTHON=python3.12 …' >&2; exit 1; }
	@echo 'Installing into $(VENV): once, it takes a minute.'
	@$(RUN) pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(RUN) pip install --quiet --disable-pip-version-check --constraint constraints.txt \
	    --editable '.[embedded]' --group dev
	@touch $@
