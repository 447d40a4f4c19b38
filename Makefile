# Counterpart: `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3.11
PORT ?= 8000
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PRODUCT := $(VENV)/.product
TOOLS := $(VENV)/.tools

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(PRODUCT) $(TOOLS) ## make .venv with everything that running and testing need

$(PRODUCT): requirements.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making $(VENV) and installing requirements.txt (a few minutes the first time) …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt $(PRODUCT)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(PRODUCT) ## run the demonstration until Ctrl-C (PORT=8000)
	@exec $(BIN)/python manage.py demo --port $(PORT)

quick: $(TOOLS) ## test the pure cores of protocol and statistics
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow and not browser" tests/readers/protocol tests/stats/agreement tests/stats/ordinal

test: $(TOOLS) ## run every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

test-postgresql: $(TOOLS) ## readers, cohorts, and every page under axe on PostgreSQL (DATABASE_URL=postgres://…)
	DATABASE_URL=$(DATABASE_URL) $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope -m "not browser" tests/readers tests/roles \
	  tests/counterpart/test_{upgrades,health}.py \
	  tests/generation/test_{cohort_pages,table_one}.py \
	  tests/generation/imaging/test_{review,import_refusals,cohort_selectors,resuming,identities}.py
	DATABASE_URL=$(DATABASE_URL) $(BIN)/python -m pytest -n $(WORKERS) --dist loadscope tests/accessibility

lint: $(TOOLS) ## ruff, formatting, mypy, bandit, import contracts, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy counterpart generation readers stats
	$(BIN)/bandit --quiet --severity-level medium --recursive counterpart generation readers stats
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(TOOLS) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(TOOLS) ## collect the texts to translate into locale/es, and compile what is translated
	$(BIN)/python manage.py makemessages -l es --no-location --no-obsolete --no-wrap $(foreach room,.venv* tests benchmarks data docs,-i "$(room)")
	$(BIN)/python manage.py compilemessages -l es

requirements: ## pin requirements*.in anew, from an empty environment
	rm -rf $(VENV)-pins && $(PYTHON) -m venv $(VENV)-pins
	$(VENV)-pins/bin/pip install -r requirements.in
	$(VENV)-pins/bin/pip freeze | sed 's/+cpu//' > requirements.txt
	$(VENV)-pins/bin/pip install -r requirements-dev.in
	$(VENV)-pins/bin/pip freeze | sed 's/+cpu//' | grep -vxFf requirements.txt > requirements-dev.txt
	rm -rf $(VENV)-pins

reference: $(PRODUCT) ## write the pages of docs/reference that the code itself knows
	$(BIN)/python docs/write_reference.py

licences: $(PRODUCT) ## write docs/reference/licences.md from the installed packages
	$(BIN)/python docs/licences.py

screenshots: $(TOOLS) ## take the screenshots of README and tutorial from the running demo (PORT=8000)
	$(BIN)/python docs/screenshots.py --port $(PORT)

reset-demo: ## delete the demonstration's database, frames and models
	rm -rf data

.PHONY: help install demo quick test test-postgresql lint format messages requirements reference licences screenshots reset-demo
