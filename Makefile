# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BROWSE ?= 1
OUTPUT ?= output
VENV := .venv
BIN := $(VENV)/bin
# Debian's venv comes without pip unless python3-venv is installed: the system's pip fills it.
PIP := $(PYTHON) -m pip --python $(BIN)/python
SCRAPY := $(BIN)/scrapy
SET := -s HARVEST_OUTPUT=$(OUTPUT)

.PHONY: demo harvest browse setup test lint soak bench clean

demo: setup ## harvest the sample archive and open it in Datasette (BROWSE=0: stop after the summary)
	$(SCRAPY) demo $(SET)
	@if [ "$(BROWSE)" != 0 ]; then $(SCRAPY) browse $(SET); fi

harvest: setup ## harvest the live site, politely; run it again to go on or to get what is new
	$(SCRAPY) crawl document $(SET)

browse: setup ## open what was harvested in Datasette
	$(SCRAPY) browse $(SET)

setup: $(VENV)/.done

$(VENV)/.done: pyproject.toml constraints.txt
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m compileall -q harvester # as pip does for everything else: else the first start is slow, or every one
	touch $@

$(VENV)/.dev: $(VENV)/.done
	$(PIP) install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

test: $(VENV)/.dev $(VENV)-datasette-1/.done lint ## lint, types and all tests
	$(BIN)/pytest

$(VENV)-datasette-1/.done: ## the reading room is tested under the current 1.0 alpha of Datasette too
	$(PYTHON) -m venv --without-pip $(VENV)-datasette-1
	$(PYTHON) -m pip --python $(VENV)-datasette-1/bin/python install --quiet --disable-pip-version-check \
		'datasette>=1.0a41' nh3
	touch $@

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

soak: $(VENV)/.dev ## many random kills and faults; takes a while
	$(BIN)/pytest -m soak

bench: $(VENV)/.dev ## measure against the bare limits, in minutes
	$(BIN)/python -m benchmarks

clean: ## remove the environment and caches, never the output
	rm -rf $(VENV) $(VENV)-datasette-1 .pytest_cache .mypy_cache .ruff_cache .hypothesis
