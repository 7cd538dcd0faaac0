# Everything a newcomer needs: `make demo` and `make test`. `make setup` alone installs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo bundle test lint clean

setup: .venv/.installed

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/dure demo

bundle: setup
	$(BIN)/python scripts/bundle.py

test: setup lint
	$(BIN)/pytest

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

clean:
	rm -rf .venv build dist *.egg-info
