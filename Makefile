# Counterpart: `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2

.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## make .venv and install the requirements

$(STAMP): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $(STAMP)

demo: $(STAMP) ## run the demonstration: web server and render worker, until Ctrl-C
	@exec $(BIN)/python manage.py demo

test: $(STAMP) ## run every test
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

lint: $(STAMP) ## ruff, formatting, mypy, import contracts, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy counterpart generation readers stats
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(STAMP) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

screenshots: $(STAMP) ## take the README's screenshots from the running demo
	$(BIN)/python docs/screenshots.py

reset-demo: ## delete the demonstration's database, frames and models
	rm -rf data

.PHONY: help install demo test lint format screenshots reset-demo
