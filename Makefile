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

.PHONY: help run test fuzz test-slurm test-all docs reference results bench experiments posterior \
	lint format wheel clean

run: $(RUNS) ## set up, and run 1,000 worlds of the baseline (the default)
	$(BIN)/landbridge run ensemble.worlds=1000

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1 /p' Makefile | awk '{n = $$1; $$1 = ""; printf "%-12s%s\n", n, $$0}'

test: $(INSTALLED) ## all tests but the slow ones
	$(BIN)/python -m pytest -n auto -m "not slow and not slurm"

fuzz: $(INSTALLED) ## ten thousand hostile calls and files
	$(BIN)/python -m pytest -n auto --hypothesis-profile=fuzz tests/fuzz

# Debian: slurmctld slurmd slurm-client munge; as root.
test-slurm: $(INSTALLED) ## a sweep on a real Slurm
	$(BIN)/python -m pytest -m slurm -rs

test-all: $(INSTALLED) ## everything, the slow tests too
	$(BIN)/python -m pytest -n auto -rs

docs: $(INSTALLED) ## the documentation as a site in site/; a broken link stops it
	$(BIN)/python -m tools.docs.site
	$(BIN)/zensical build --clean --strict -f build/docs/mkdocs.yml
	rm -rf site && mv build/docs/site site

reference: $(INSTALLED) ## the pages of docs/reference and the picture of the wings, from the code
	$(BIN)/python -m tools.docs.reference
	$(BIN)/python -m tools.docs.architecture
	$(BIN)/python -m tools.docs.outputs
	$(BIN)/landbridge odd -o docs/odd.md

# After a change that moves worlds; with the fits of `make posterior`.
results: $(INSTALLED) ## the results that README and docs quote, to which tests hold them
	$(BIN)/landbridge run ensemble.worlds=1000 --out outputs/base
	$(BIN)/landbridge sweep 'scenario=glob(*)' ensemble.worlds=1000 --out outputs/scenarios
	$(BIN)/landbridge check-model --out outputs/checks/all || test $$? = 1
	for variant in $(VARIANTS); do \
		$(BIN)/landbridge check-model rules.variant=$$variant --out outputs/checks/$$variant || \
		test $$? = 1 || exit 1; \
	done
	$(BIN)/python -m tools.docs.results outputs/base outputs/scenarios $(FIT) outputs/checks

# Continues where it was stopped.
experiments: $(INSTALLED) ## run the studies at full size and write their pages
	$(BIN)/python experiments/regenerate.py

lint: $(INSTALLED) ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED) ## mend the style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## speed beside the oracle (BENCH=--full: 100,000 worlds)
	$(BIN)/python -m tools.bench $(BENCH)

wheel: $(INSTALLED) ## build a wheel
	$(BIN)/python -m build --wheel

# Called again, it continues.
posterior: $(INSTALLED) ## fit every variant to the past (an hour on two cores)
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

clean: ## remove what was installed and built
	rm -rf $(VENV) dist build site .pytest_cache .mypy_cache .ruff_cache .hypothesis
