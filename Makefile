# make sample   install into .venv and align the sample articles
# make test     run the tests          make lint     style and types
# make gate     figures on the project's own gold against pinned floors
# make test-browser   the pages in Chromium, where it is installed      make screenshots   pictures of every page
# make bench    compare the MT systems of the sample; then speed and memory of a build, beside references
# make sbom     bill of materials of what is installed      make audit    known vulnerabilities; asks pypi.org
# make check    lint, test and gate, as CI does

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: sample bench test test-browser screenshots lint format gate sbom audit check clean

sample: .venv/installed
	$(BIN)/align build corpus/sample --out outputs/sample
	@echo
	@echo "Look at  outputs/sample/corpus.tsv      the parallel corpus, best read in a spreadsheet"
	@echo "         outputs/sample/documents.tsv   which articles were matched, and why"
	@echo "         outputs/sample/rejected.tsv    what was left out, and why"

BENCH := corpus/bench
bench: sample
	$(BIN)/align bench --ref $(BENCH)/test.en --src $(BENCH)/test.vi --docids $(BENCH)/test.docids \
	  --hyp good=$(BENCH)/good.en --hyp mediocre=$(BENCH)/mediocre.en --hyp broken=$(BENCH)/broken.en \
	  --system baseline:copy --system baseline:words --glossary corpus/gold/glossary.tsv \
	  --train outputs/sample --out outputs/bench
	$(BIN)/python scripts/benchmark_build.py --documents 1000 --jobs 1 2

test: .venv/installed-dev
	$(BIN)/python -m pytest

test-browser: .venv/installed-browser
	$(BIN)/python -m pytest -m browser -rs

screenshots: .venv/installed-browser bench
	$(BIN)/python scripts/screenshots.py outputs/sample --bench outputs/bench --out outputs/screenshots

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

gate: .venv/installed-dev
	$(BIN)/python scripts/gate.py

sbom: .venv/installed-dev
	$(BIN)/python scripts/sbom.py --out outputs/sbom.json

# From an environment of its own, so that what it needs itself is not audited. --strict: what cannot be looked up is an
# error; without it a machine that does not reach pypi.org would be told that all is well.
audit: .venv/installed build/audit/installed
	$(BIN)/python -m pip freeze --exclude-editable > build/audit/requirements.txt
	build/audit/bin/pip-audit --strict --progress-spinner off --disable-pip --no-deps -r build/audit/requirements.txt

build/audit/installed:
	$(PYTHON) -m venv build/audit
	build/audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.9'
	touch $@

check: lint test gate

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

# axe-core checks accessibility; without npm that one test is skipped. Chromium is the system's package.
.venv/installed-browser: .venv/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[browser]'
	npm install --silent --no-audit --no-fund --no-save --prefix build/axe axe-core@4 || echo "no npm: accessibility is not checked"
	touch $@

clean:
	rm -rf .venv build outputs/*
