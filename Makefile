# Everything from a clean clone: Python 3.11+ with venv, and make. `make help` lists the words.
PYTHON ?= python3
PY := .venv/bin/python
PIP := .venv/bin/pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --only-binary :all:
# Two test processes, each test file whole in one of them; WORKERS=0 runs all in one.
WORKERS ?= 2
SPREAD := $(if $(filter-out 0,$(WORKERS)),-n $(WORKERS) --dist loadfile --no-loadscope-reorder)
# `make lock UPGRADE=--upgrade` moves to the newest versions that pyproject.toml allows.
UPGRADE ?=
COMPILE = .venv/bin/uv pip compile --system-certs --quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE)
export SOURCE_DATE_EPOCH ?= 1700000000

.PHONY: help run install build test deep check format bench lock licences dist clean \
	checked-format checked-lint checked-types checked-contracts checked-page checked-tsc
.DELETE_ON_ERROR:

help:
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/:.*##/ —/'

run: build ## start the demonstration on http://127.0.0.1:8000
	@exec .venv/bin/yekuo run --demonstration

install: .venv/.test build ## add all that the tests need
	@$(PY) -m scripts.fetch_browser

build: .venv/.run ## build the front end and the translations, where they have changed
	@$(PY) hatch_build.py

test: install ## unit, both databases, real browser
	$(PY) -m pytest $(SPREAD)

deep: install ## fuzzing, differential runs, corpora, large numbers
	$(PY) -m pytest -m deep --timeout=1800 $(SPREAD)

check: install ## format, lint, types, contracts
	@$(MAKE) --no-print-directory --keep-going checked-format checked-lint checked-types checked-contracts checked-page checked-tsc

checked-format:
	.venv/bin/ruff format --check --output-format concise .
checked-lint:
	.venv/bin/ruff check --output-format concise .
checked-types:
	.venv/bin/mypy
checked-contracts:
	.venv/bin/lint-imports --no-cache --no-logo
checked-page:
	$(PY) -m scripts.licences --check
checked-tsc:
	$(PY) hatch_build.py check

format: .venv/.test ## write the sources in the common format
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: install ## figures, one JSON line each
	@$(PY) -m scripts.bench

lock: .venv/.run ## pin all dependencies anew, with hashes
	@$(PIP) install $(LOCKED) -r requirements/lock.txt
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --group test -c requirements/run.txt -o requirements/test.txt
	for group in build node lock; do $(COMPILE) --group $$group -c requirements/run.txt -o requirements/$$group.txt || exit 1; done
	$(PY) hatch_build.py lock
	$(MAKE) --no-print-directory licences

licences: install ## write docs/licences.md from what is installed
	$(PY) -m scripts.licences

dist: install ## wheel and source distribution
	$(PY) -m build --no-isolation

clean: ## remove what was built, but neither data nor environment
	rm -rf build dist web/static/dist node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments: install python3-venv (apt install python3-venv) and try again." >&2; exit 1; }
	@echo "Making .venv"
	@rm -rf .venv && $(PYTHON) -m venv .venv && touch $@

.venv/.run: .venv/.made requirements/run.txt requirements/build.txt requirements/node.txt
	@echo "Installing what running needs"
	@$(PIP) install $(LOCKED) -r requirements/run.txt -r requirements/build.txt
	@$(PY) -c 'import hatch_build, sys; sys.exit(not hatch_build.system_node())' || $(PIP) install $(LOCKED) -r requirements/node.txt
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	@echo "Installing what the tests need"
	@$(PIP) install $(LOCKED) -r requirements/test.txt
	@touch $@
