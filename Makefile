# Two commands are enough: `make run` and `make test`. Everything lives in .venv; nothing else is changed.
# A Chromium for the browser tests and a PostgreSQL for those of the store are installed only when none is found.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8501
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check

# The Python that .venv is made from: `make run PYTHON=/path/to/python3.12` to choose another one.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	"$$name" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo "$$name"; break; }; done; true)

.PHONY: help run test check static format format-check lint types contracts bench clean

help:  ## Say what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.run  ## Serve augviz on http://localhost:8501 (PORT=8600 for another port)
	@echo "augviz is on http://localhost:$(PORT) (Ctrl+C stops it)"
	@$(PY) -m streamlit run app.py --server.port $(PORT)

test: $(VENV)/.dev  ## Run every test
	@$(PY) -m tests.browser.chromium
	@$(PY) -m tests.postgres
	@$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup

check: static test  ## Everything that has to be right before a commit

static: format-check lint types contracts  ## Format, lint, types and import contracts, without tests

format: $(VENV)/.dev  ## Bring the code into form
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

format-check: $(VENV)/.dev
	@$(PY) -m ruff format --check .

lint: $(VENV)/.dev
	@$(PY) -m ruff check .

types: $(VENV)/.dev
	@$(PY) -m mypy

contracts: $(VENV)/.dev
	@$(VENV)/bin/lint-imports

bench: $(VENV)/.dev  ## Measure how fast the preview follows a slider (BENCH="--changes 40" for options)
	@$(PY) -m tests.browser.chromium
	@$(PY) -m benchmarks.preview $(BENCH)

clean:  ## Remove .venv and all caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than the lists they were installed from; a changed list installs again.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "augviz needs Python 3.11 or newer with its venv module, and found none." >&2; \
	  echo "Install it (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python)," >&2; \
	  echo "or name one: make run PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what augviz needs to run (once; a minute or two)"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests and checks need (once)"
	@$(PIP) -r requirements-dev.txt
	@touch $@
