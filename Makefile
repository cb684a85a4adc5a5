# `make run` and `make test` do all the set-up on a machine with Python 3.12 or newer.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 12))
PYTHON ?= $(shell for p in python3 python3.12 python3.13 python3.14; do \
	$$p -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUNS := $(VENV)/.runs
INSTALLED := $(VENV)/.installed

# Days until which the past is fitted: the origins of experiments/splits, the default origin, and
# the end of the record.
DATES := 2015-07-01,2016-03-01,2016-10-16,2017-02-01,2017-06-04,2017-12-31
VARIANTS := plain careful towns under_way
FIT := outputs/posterior
POSTERIOR := seeds/iraq_syria_jordan/posterior
PARTICLES := 4096

.PHONY: run reference test fuzz test-slurm test-all bench experiments posterior lint format wheel clean

run: $(RUNS)
	$(BIN)/landbridge run ensemble.worlds=1000

test: $(INSTALLED)
	$(BIN)/python -m pytest -n auto -m "not slow and not slurm"

# Ten thousand hostile calls and files.
fuzz: $(INSTALLED)
	$(BIN)/python -m pytest -n auto --hypothesis-profile=fuzz tests/fuzz

# A sweep on a real Slurm (Debian: slurmctld slurmd slurm-client munge; as root).
test-slurm: $(INSTALLED)
	$(BIN)/python -m pytest -m slurm -rs

# Everything, the slow ones too.
test-all: $(INSTALLED)
	$(BIN)/python -m pytest -n auto -rs

# Runs the studies at full size and rewrites their pages; continues where it was stopped.
experiments: $(INSTALLED)
	$(BIN)/python experiments/regenerate.py

# Pages of docs/ that are made from the code.
reference: $(INSTALLED)
	$(BIN)/python -m tools.outputs_page

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) # BENCH=--full for 100,000 worlds
	$(BIN)/python -m tools.bench $(BENCH)

wheel: $(INSTALLED)
	$(BIN)/python -m build --wheel

# About an hour on two cores; called again, it continues.
posterior: $(INSTALLED)
	for variant in $(VARIANTS); do \
		$(BIN)/landbridge calibrate --until $(DATES) rules.variant=$$variant --particles $(PARTICLES) \
			--rows 1000 --out $(FIT)/$$variant && mkdir -p $(POSTERIOR)/$$variant && \
		cp $(FIT)/$$variant/posterior/*.csv $(POSTERIOR)/$$variant/ || exit 1; \
	done

# Made once, and again when what is installed changes.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

$(RUNS): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "landbridge needs Python 3.12 or newer: make PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) -e .
	@touch $@

$(INSTALLED): $(RUNS)
	$(PIP) -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
