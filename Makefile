# The commands of the README. Everything they need is made by bootstrap.py, which any Python from 3.6 can run.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check format bench lock clean environment tools

BIN := .venv/bin
PYTHONS := $(BIN)/python python3 /usr/bin/python3 python3.13 python3.12 python
BOOTSTRAP = @for python in $(PYTHONS); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null && exec $$python bootstrap.py $(1); \
	done; echo 'There is no Python on this machine: install Python 3.13 (or 3.12) and start again.' >&2; exit 1

# Whatever a tool wants to remember stays in the checkout.
export XDG_CACHE_HOME := $(CURDIR)/.cache/xdg
export RUFF_CACHE_DIR := $(CURDIR)/.cache/ruff
export MYPY_CACHE_DIR := $(CURDIR)/.cache/mypy

help:
	@echo 'make run     everything: environment, pages, database, demo, server'
	@echo 'make test    all tests, with what they need'
	@echo 'make check   format, lint, types, import contracts, then the tests'
	@echo 'make bench   the measurements'
	@echo 'make format  rewrite the sources in the style of the house'
	@echo 'make lock    refresh requirements.lock from pyproject.toml (UPGRADE=1: to the newest versions)'
	@echo 'make clean   remove what was made, except the data in FAROL_HOME'

environment:
	$(call BOOTSTRAP,)

tools:
	$(call BOOTSTRAP,--tests)

run: environment
	@FAROL_DEMO=$${FAROL_DEMO-1} exec $(BIN)/farol up

# Chromium would leave a profile in the home folder. Not for all recipes: pip's configuration is there, too.
test: tools
	XDG_CONFIG_HOME=$(CURDIR)/.cache/xdg-config $(BIN)/python -m pytest $(PYTEST)

check: environment
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(MAKE) test

format: environment
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: tools
	$(BIN)/python -m bench

lock: environment
	UV_CACHE_DIR=.cache/uv $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.12 --group dev \
	  $(if $(UPGRADE),--upgrade,) pyproject.toml -o requirements.lock

clean:
	rm -rf .venv .cache .web .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.farol/*' -prune -exec rm -rf {} +
