# make run      set up once, then run the baseline and draw its figures
# make test     the tests                  make check   style, types, layers, docstrings, examples
# make bench    speed and memory           make format  let ruff lay the code out
# make lock     write requirements.lock    make clean   remove what was set up and built
#
# All of it needs make and a Python of at least 3.11, nothing else.

.DEFAULT_GOAL := help
.PHONY: help run test check lint types layers docstrings examples format bench lock clean

BIN := .venv/bin
RUNS ?= 100000

# The first Python that is new enough and can make virtual environments.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
    "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
        && { echo "$$python"; break; }; done)

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: .venv/warm
	$(BIN)/pactsim run baseline --runs $(RUNS) --plot

test: .venv/stamp
	$(BIN)/python -m pytest

check: lint types layers docstrings examples

lint: .venv/stamp
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/stamp
	$(BIN)/mypy

layers: .venv/stamp
	$(BIN)/lint-imports --no-cache

docstrings: .venv/stamp
	$(BIN)/numpydoc lint $$(find sim -name '*.py')

examples: .venv/stamp
	$(BIN)/python -m pytest --quiet --doctest-modules sim

format: .venv/stamp
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/bench
	$(BIN)/python benchmarks/engine.py
	$(BIN)/python benchmarks/experiments.py
	$(BIN)/python benchmarks/rare.py

# The rival of the benchmark is large and nothing else needs it.
.venv/bench: .venv/warm benchmarks/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r benchmarks/requirements.lock
	@touch $@

# A stamp is written last, so that a set-up that was cut short is begun anew.
.venv/stamp: requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	    echo "pactsim needs Python 3.11 or later with the venv module, and found none." >&2; \
	    echo "Install one (on Debian: apt-get install python3 python3-venv), or say where: make PYTHON=/path/to/python3" >&2; \
	    exit 1; fi
	@echo "Setting up .venv with $$($(PYTHON) --version). This is done once and takes a minute or two."
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/warm: .venv/stamp
	@echo "Compiling the model for this machine. This is done once and takes about a minute."
	$(BIN)/pactsim warmup
	@touch $@

# One file for all Pythons and machines; UPGRADE=--upgrade takes newer releases.
lock:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later was found." >&2; exit 1; }
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5'
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-emit-index-url --group dev $(UPGRADE) pyproject.toml --output-file requirements.lock
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --group bench -c requirements.lock $(UPGRADE) --output-file benchmarks/requirements.lock
	rm -rf .venv-lock

clean:
	rm -rf .venv .venv-* build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
