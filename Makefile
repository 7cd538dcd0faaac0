# Everything a newcomer needs: `make demo` and `make test`. `make setup` alone installs.
# The first Python that can run it: no later one has the Korean analyser ready-made.
ABLE := 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))'
PYTHON ?= $(shell for it in python3 python3.12 python3.11; do $$it -c $(ABLE) 2>/dev/null && echo $$it && break; done)
BIN := .venv/bin

.PHONY: setup demo bundle test test-fast test-extras lint clean

setup: .venv/.installed

checked = @$(or $(1),false) -c $(ABLE) || \
	{ echo 'Dure needs Python 3.11 or 3.12: install one, or name it: make PYTHON=/path/to/python3.12' >&2; exit 1; }

.venv/.installed: pyproject.toml constraints.txt
	$(call checked,$(PYTHON))
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/dure demo

bundle: setup
	$(BIN)/python scripts/bundle.py

# Two processes; the tests of one file stay in one, for some begin where the one before ended. Files come in the
# order of tests/conftest.py, the long ones first. In each, numpy and FAISS take one thread: more would wait for the
# other process. Tests start hundreds of processes, each of which would compile our modules if none were kept.
PYTEST := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
unexport PYTHONDONTWRITEBYTECODE

test: setup lint
	$(PYTEST) -m 'not extras'

# While you work: no server, no browser, nothing that takes long.
test-fast: setup
	$(PYTEST) -m 'not (extras or opensearch or postgresql or browser or slow)'

# What needs the optional libraries: Java, and gigabytes of torch, in an environment of its own.
test-extras: .venv-extras/.installed
	.venv-extras/bin/pytest -m extras

.venv-extras/.installed: pyproject.toml constraints.txt
	$(call checked,$(PYTHON))
	$(PYTHON) -m venv .venv-extras
	.venv-extras/bin/pip install --quiet --constraint constraints.txt --editable '.[dev,konlpy,transformers]'
	touch $@

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

clean:
	rm -rf .venv .venv-extras build dist *.egg-info
