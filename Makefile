# make run: the API with its database.  make test: every test.  docs/operations.md says more.

PYTHON ?= $(shell for p in python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
PYTEST ?= -n 3 --dist worksteal

# Only what is pinned with its hash, and no code of a package before it is installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
COMPILE := $(BIN)/uv pip compile --no-config --quiet --universal --python-version 3.11 --only-binary :all: --no-strip-extras \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make requirements' pyproject.toml

.PHONY: run test bench lint requirements sbom
.DEFAULT_GOAL := run

run: .venv/.requirements
	@exec $(BIN)/python -m poi_api.server.serving

# Tests start processes by the hundred: whatever the shell says, each is not to compile everything anew
test: .venv/.tests
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest $(PYTEST)

# BENCH='--size L' measures a million activity-years, BENCH=--grow what they cost more; --help says what else
bench: .venv/.tests
	$(BIN)/python -m tests.bench $(BENCH)

lint: .venv/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

# Compiles what pyproject.toml lists. Pins stay; UPGRADE='-P django' takes the newest Django allowed, UPGRADE=-U of all
requirements: .venv/.tests
	$(COMPILE) $(UPGRADE) -o requirements.txt
	$(COMPILE) $(UPGRADE) -c requirements.txt --group tests -o tests/requirements.txt

# What the service consists of, as CycloneDX; SBOM=FILE says where to
SBOM ?= -
sbom: .venv/.tests
	@$(BIN)/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml --output-reproducible -o $(SBOM)

.venv/bin/python:
	@$(if $(PYTHON),,echo "Se necesita Python 3.11: instale python3.11 o indique dónde está con make PYTHON=…" >&2; exit 1)
	$(PYTHON) -m venv .venv

# A stamp is as new as the requirements that were installed
.venv/.requirements: requirements.txt | .venv/bin/python
	$(INSTALL) -r $<
	@touch $@

.venv/.tests: tests/requirements.txt .venv/.requirements
	$(INSTALL) -r $<
	@touch $@
