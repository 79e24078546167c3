# make demo   starts everything on this machine and shows it at http://127.0.0.1:8000/
# make test   runs every check and every test;  make check  the quick part;  make test-rt  a real Request Tracker
# make bench  measures what docs/benchmarks.md shows (CASE=intake: one case; ALL=1: the long ones too; AGAIN=1: anew)
# make faults  kills everything under load, ten times over

PYTHON ?= python3
PY := .venv/bin/python
TOOLS := .venv/bin
PIP := $(PY) -m pip install --quiet --quiet --disable-pip-version-check --no-input --root-user-action=ignore
TEMPLATES = $(shell find templates -name '*.html')
PYTEST_ARGS ?=
# Made-up values: the checks need a whole configuration and no servers.
CONFIGURED := set -a; . ./.ci/production.env; set +a;

.PHONY: demo test test-rt bench faults check
.DEFAULT_GOAL := demo

demo: .venv/.installed-local
	@LOCAL_MODE=1 exec $(PY) manage.py demo

# Two processes divide the tests, each with a PostgreSQL and a Valkey of its own. ONE_BY_ONE=1: one does all.
beside_servers = $(PY) -m supportvoice.embedded --folder .local/test/$(1) --throwaway -- $(PY)
worker = --tx 'popen//python=$(call beside_servers,$(1))'
DIVIDED := --dist loadfile --no-loadscope-reorder $(call worker,first) $(call worker,second)

test: check
	@exec $(call beside_servers,main) -m pytest $(if $(ONE_BY_ONE),,$(DIVIDED)) $(PYTEST_ARGS)

test-rt: .venv/.installed-dev
	@tests/rt/install || { [ $$? -eq 3 ] && exit 0; exit 1; }; \
		REQUIRE_RT=1 exec $(PY) -m supportvoice.embedded --folder .local/test --throwaway -- \
		$(PY) -m pytest tickets/tests/crm -k real $(PYTEST_ARGS)

bench: .venv/.installed-dev
	@exec $(PY) -m supportvoice.embedded --folder .local/bench/servers -- \
		$(PY) -m bench $(CASE) $(if $(ALL),--all) $(if $(AGAIN),--again)

# What each fault cost is printed: tests/faults/checker.py says what the words mean.
faults: .venv/.installed-dev
	@FAULT_ROUNDS=$${FAULT_ROUNDS:-10} exec $(PY) -m supportvoice.embedded --folder .local/test --throwaway -- \
		$(PY) -m pytest -s tests/faults $(PYTEST_ARGS)

check: .venv/.installed-dev
	@$(TOOLS)/ruff check .
	@$(TOOLS)/ruff format --check .
	@$(CONFIGURED) LOCAL_MODE=1 $(TOOLS)/mypy --strict .
	@$(TOOLS)/djade --check --target-version 5.2 $(TEMPLATES)
	@$(CONFIGURED) LOCAL_MODE=1 $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check
	@$(CONFIGURED) $(PY) manage.py check --deploy --fail-level WARNING

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "SupportVoice needs Python 3.11 or newer. Set PYTHON to one, e.g. make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.installed-local: .venv/.created requirements.txt requirements-local.txt constraints.txt
	@echo "Installing the requirements ..."
	@$(PIP) -r requirements-local.txt
	@touch $@

.venv/.installed-dev: .venv/.installed-local requirements-dev.txt
	@echo "Installing the checks' and tests' requirements ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@
