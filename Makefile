# Two commands for everybody: `make demo` and `make test`. `make check` is what a change must pass besides.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
RUN := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
DUCKDB2 := $(VENV)/duckdb2

# every command of the tests is a process of its own, and would compile all of us anew where this is set
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-duckdb2 check style types sql audit format lock strings wheel clean

help:
	@echo "make demo    set everything up, crawl the bundled example market, write its brief"
	@echo "make test    set everything up and run the tests"
	@echo "make check   lint, types, import contracts, SQL style, documentation"
	@echo "make audit   look for known vulnerabilities in what is installed"
	@echo "make format  let the formatters rewrite"
	@echo "make strings write what there is to translate into the catalogues"
	@echo "make lock    renew the pinned versions"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Rivalscope needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Say which one to use: make PYTHON=python3.12 demo" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

# every file that is installed must have one of the hashes in the lock; ours is built by what was installed so
$(RUN): $(BIN)/python pyproject.toml requirements.lock
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(RUN)

$(DEV): $(BIN)/python pyproject.toml requirements.lock requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $(RUN) $(DEV)

$(DUCKDB2)/.installed: $(DEV)
	$(PIP) install --no-deps --upgrade --target $(DUCKDB2) 'duckdb>=2,<3'
	@touch $@

demo: $(RUN)
	@$(BIN)/rivalscope demo

# one worker a core; more where there are more: make test WORKERS=8
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --no-loadscope-reorder
test: $(DEV)
	$(PYTEST)

# what asks the next major DuckDB: that it reads, writes and refuses what this one does, and that every mart of one market
# holds the same rows; what the method finds in other markets follows from that. All of it, and more, by hand:
# make test-duckdb2 DUCKDB2_TESTS="tests/analysis tests/reports tests/end_to_end/test_weeks.py"
DUCKDB2_TESTS ?= tests/analysis -m "not method"
test-duckdb2: $(DUCKDB2)/.installed
	PYTHONPATH=$(DUCKDB2) $(PYTEST) $(DUCKDB2_TESTS) \
		--ignore tests/reports/test_browser.py --ignore tests/reports/test_filters.py --ignore tests/reports/test_serve.py

# three parts that may run side by side: make -j2 check
check: style types sql

style: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(DEV)
	$(BIN)/mypy

sql: $(DEV)
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 analysis reports

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --disable-progress-bar analysis reports

audit: $(DEV)
	$(BIN)/python .ci/audit.py

# the run-time lock is a part of the other: what is tested is what is run
LOCKED := --universal --python-version 3.11 --generate-hashes --quiet --no-header --no-annotate --no-emit-index-url
lock: $(BIN)/python
	$(PIP) install 'uv>=0.9'
	$(BIN)/uv pip compile pyproject.toml .ci/build.in --extra dev --extra bench --upgrade $(LOCKED) -c .ci/pins.txt \
		-o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml .ci/build.in --upgrade $(LOCKED) -c requirements-dev.lock -o requirements.lock

strings: $(DEV)
	$(BIN)/python docs/write_strings.py

wheel: $(DEV)
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) build dist *.egg-info demo
