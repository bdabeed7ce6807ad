# Every target is one line of uv; `make` alone tests and lints.
.DEFAULT_GOAL := all
.PHONY: notebooks house pins newest beside beside-scale
UV ?= uv

all: lint test  ## lint and test

help:  ## show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "%-10s %s\n", $$1, $$2}' Makefile

test:  ## run the tests
	$(UV) run pytest

nightly:  ## run the tests with far more random examples and data
	WORKBENCH_TESTS=nightly $(UV) run pytest

pins:  ## renew the versions that a clone installs; then run the tests
	python3 .ci/pins.py

newest:  ## run the tests with the newest versions, beside the pinned ones
	python3 .ci/pins.py newest .newest && WORKBENCH_TESTS=newest .newest/bin/python -m pytest

lint:  ## check style and types
	$(UV) run ruff check . && $(UV) run ruff format --check . && $(UV) run mypy

format:  ## format the code
	$(UV) run ruff check --fix . && $(UV) run ruff format .

report:  ## run the main job: ask the local models, write one page
	$(UV) run workbench report notebooks/02-compare-models.ipynb

notebooks:  ## run every notebook, one page each
	for each in notebooks/*.ipynb; do $(UV) run workbench report $$each || exit 1; done

recordings:  ## ask the local models anew what the notebooks ask
	$(UV) run python notebooks/record.py

lab:  ## open the notebooks
	$(UV) run workbench lab

house:  ## draw the house anew, and the lists of rooms, names and notebooks
	$(UV) run python docs/make_house.py && $(UV) run python docs/make_lists.py

example:  ## make the example report and its picture anew
	$(UV) run python docs/make.py

bench:  ## measure speed and memory
	$(UV) run python -m pytest tests/benchmarks -n 0 -p no:warnings -q -s

beside:  ## measure this checkout beside another one: make beside OTHER=folder
	$(UV) run python tests/benchmarks/compare.py $(OTHER)

beside-scale:  ## the same of large sweeps: make beside-scale OTHER=folder ROWS=10000
	$(UV) run python tests/benchmarks/compare_scale.py $(OTHER) $(ROWS)

judge-peers:  ## judge labelled answers beside inspect_ai, lm-eval and math-verify
	$(UV) run python tests/peers/compare.py
