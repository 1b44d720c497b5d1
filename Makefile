# Every target does its own set-up; see .ci/setup. On Windows use the commands of the README.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo floor test check lint unit bench screenshots lock clean distclean
.PHONY: setup setup-floor setup-test

PYTHON_IN_VENV := .venv/bin/python

# Two tests at once, file by file: most of a test's time is waiting. One by one: make test WORKERS=0
WORKERS ?= 2

# Qt needs a UTF-8 locale and complains about LC_ALL=C.
ifneq ($(filter C POSIX,$(LC_ALL)),)
export LC_ALL := C.UTF-8
endif

# Measuring and testing never opens a window; `make demo` does when there is a display.
test unit bench screenshots: export QT_QPA_PLATFORM := offscreen

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: setup  ## the desk on simulated calls; without a display offscreen, with screenshots
	@.venv/bin/agent-desk demo $(ARGS)

floor: setup-floor  ## three desks on a PostgreSQL of this machine; without a display a played story
	@.venv/bin/agent-desk floor $(ARGS)

test: setup-test lint  ## every check and every test
	@$(PYTHON_IN_VENV) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup-test lint unit  ## the quick half: style, types, layers, unit tests

lint: setup-test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo

unit: setup-test
	@$(PYTHON_IN_VENV) -m pytest tests/unit

bench: setup-test  ## speed and memory against the named baselines, JSON on standard output
	@$(PYTHON_IN_VENV) -m tests.benchmarks $(ARGS)

screenshots: setup-test  ## write the pictures that the documents show
	@$(PYTHON_IN_VENV) -m tests.screenshots $(ARGS)

lock: setup  ## requirements.lock from pyproject.toml; newest versions: make lock ARGS=--upgrade
	@.ci/lock $(ARGS)

clean:  ## remove build results and caches
	@rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## remove the virtual environment too
	@rm -rf .venv

setup:
	@.ci/setup demo

setup-floor:
	@.ci/setup floor

setup-test:
	@.ci/setup test
