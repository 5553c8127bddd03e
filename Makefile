# 同心 Tongxin. `make run` is all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
SEQUENCES ?= 10000

.PHONY: help install install-dev run demo test check oracle bench pictures messages shell clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Stamps: a warm start installs nothing.
$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then echo "Tongxin needs Python 3.11 or newer; install it and run make again." >&2; exit 1; fi
	@"$(PYTHON)" -m venv $(VENV) || { echo "Python cannot make a virtual environment; install its venv package (Debian: apt-get install python3-venv)." >&2; exit 1; }

$(VENV)/.installed: requirements.txt pyproject.toml | $(BIN)/python
	@scripts/install requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@scripts/install requirements-dev.txt
	@touch $@

install: $(VENV)/.installed ## install what Tongxin needs into .venv
install-dev: $(VENV)/.installed-dev ## also what developers need

run: install ## start in demo mode (PORT, HOST, TONGXIN_HOME)
	@TONGXIN_DEMO=1 $(BIN)/tongxin init --verbosity 0
	@TONGXIN_DEMO=1 $(BIN)/tongxin demo --if-empty
	@TONGXIN_DEMO=1 exec $(BIN)/tongxin serve

demo: install ## put the demo data back to its beginning
	@TONGXIN_DEMO=1 $(BIN)/tongxin init --verbosity 0
	@TONGXIN_DEMO=1 $(BIN)/tongxin demo --reset

check: install-dev ## format, lint, types, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TONGXIN_HOME=.home-test $(BIN)/python -m django makemigrations --check --dry-run --settings config.settings >/dev/null

test: check ## every check and test (browser tests where Chromium is found)
	@command -v chromium chromium-browser google-chrome >/dev/null || echo "No Chromium: browser tests are skipped (Debian: apt-get install chromium)."
	$(BIN)/pytest -q -n auto --dist worksteal --durations=25

oracle: install-dev ## drive life cycles against the oracle, SEQUENCES=10000
	TONGXIN_ORACLE_SEQUENCES=$(SEQUENCES) $(BIN)/pytest -q -n auto -k oracle tests

bench: install-dev ## requests per second beside the floor
	$(BIN)/python bench/pages.py

pictures: install-dev ## take the pictures of docs/guide anew (uses the demo in TONGXIN_HOME, if given)
	$(BIN)/python scripts/pictures

messages: install-dev ## gather the texts to translate into locale/ and compile (needs gettext)
	@$(BIN)/python scripts/messages

shell: install ## Django's shell over the installation in TONGXIN_HOME
	@$(BIN)/tongxin shell

clean: ## remove what was installed and built; data in TONGXIN_HOME stays
	rm -rf $(VENV) .home-test .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
