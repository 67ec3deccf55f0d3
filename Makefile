# The commands of the project; `make help` lists them. Everything they need is put into .venv and node_modules.
PYTHON ?= python3
VENV := .venv/bin/
JOBS ?= 3
# Journeys keep a picture of every page; PICTURES= keeps none and is quicker.
PICTURES ?= 1
PATHS := app sandbox ground tests config.py worker.py supervise.py
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help setup setup-tests run worker test journeys faults lint fix types bench service pins

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

setup: ## Virtual environment, packages and assets (done once, then quick)
	@$(PYTHON) -m ground.prepare

setup-tests:
	@$(PYTHON) -m ground.prepare --tests

run: setup ## The whole portal with demo people and cases: PORT=8000 SANDBOX_PORT=8001 DATA_DIR=./var
	@exec $(VENV)python supervise.py

worker: setup ## Only the workers and the timetable of a portal whose settings stand in DATA_DIR/run.env
	@exec $(VENV)python supervise.py --only messages,documents,timetable

test: setup-tests ## Every test that fits in ten minutes, browser tests of single pages included
	@exec $(VENV)python -m pytest -n $(JOBS) --no-loadscope-reorder -m "not faults and not journeys" $(ARGS)

journeys: setup-tests ## People walking a whole portal in Chromium, each page kept in test-results/; about five minutes
	@exec env PICTURES=$(PICTURES) $(VENV)python -m pytest -n 2 --no-loadscope-reorder -m journeys $(ARGS)

faults: setup-tests ## The whole fault matrix, up to an hour, before a release
	@exec $(VENV)python -m pytest -m "faults" $(ARGS)

lint: setup-tests ## Style, imports between rooms, templates
	@$(VENV)ruff check .
	@$(VENV)lint-imports --no-cache
	@$(VENV)djlint --lint --quiet app/templates sandbox/templates

fix: setup-tests ## Mend what can be mended by itself
	@$(VENV)ruff check --fix .
	@$(VENV)ruff format $(PATHS)

types: setup-tests ## Types
	@$(VENV)mypy

bench: setup-tests ## The table of the benchmark; FULL=1 with a million cases
	@exec $(VENV)python -m bench $(if $(FULL),--full)

service: setup ## A new service folder that already passes: name=shop_signs
	@exec $(VENV)python -m ground.new_service "$(name)"

pins: setup-tests ## Compile the lock files from requirements*.in
	@for each in requirements requirements-dev requirements-node; do \
	  $(VENV)pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-emit-options -o $$each.txt $$each.in || exit 1; done
