# Needs python3 (3.11 or later) with pip, git and make. Everything else is brought into this folder.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
# Three runs side by side: two keep two cores busy, and those with processes of their own wait a good deal.
WHOLE := tests/browser tests/demo $(wildcard tests/*/browser) tests/desk/door/browser $(wildcard tests/authenticators/*/browser)
PEOPLE := tests/desk tests/enrolment tests/profiles tests/provider tests/test_bad_input.py tests/test_bounds.py tests/test_command_bounds.py
# What takes longer: clients that others wrote, long walks and those over every page, two Postgres, a kind more in a copy
# of the tree.
LOOKS := tests/browser/test_looks.py $(wildcard tests/*/browser/test_looks.py) $(wildcard tests/authenticators/*/browser/test_looks.py)
ALONE := tests/contract tests/serving/test_failover.py tests/browser/test_desk_and_person.py
CONTRACT := $(LOOKS) $(ALONE)
# It installs every library anew.
IMAGE := tests/deploy/test_image.py
APART := $(CONTRACT:%=--ignore %) --ignore $(IMAGE)
SOURCES := careid enrolment authenticators profiles sign_in account provider apply moves desk operating demo deploy tests manage.py

# What one process has compiled, the dozens that the tests start read.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test contract bench image-test faults lint requirements screenshot clean
.DELETE_ON_ERROR:

help:  ## these lines
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo: .venv/.ready  ## the portal on http://localhost:8000 or the next free port: ten seconds, a minute on a fresh clone
	@exec $(BIN)/python -m demo

test: .venv/.ready  ## everything but what contract runs, real Postgres and browser included: fifteen minutes
	@mkdir -p .cache
	@CAREID_TEST_RUN=whole $(BIN)/python -m pytest --show-capture=no $(WHOLE) $(APART) >.cache/whole.log 2>&1 & whole=$$!; \
	CAREID_TEST_RUN=people $(BIN)/python -m pytest --show-capture=no $(PEOPLE) $(WHOLE:%=--ignore %) >.cache/people.log 2>&1 & \
	people=$$!; $(BIN)/python -m pytest $(WHOLE:%=--ignore %) $(PEOPLE:%=--ignore %) $(APART); status=$$?; \
	for run in people whole; do eval "wait \$$$$run" || status=1; cat .cache/$$run.log; done; exit $$status

contract: .venv/.ready  ## what takes longer: clients that others wrote, every page, a failover, one kind more: ten minutes
	@mkdir -p .cache
	@CAREID_TEST_RUN=looks $(BIN)/python -m pytest --show-capture=no $(LOOKS) >.cache/looks.log 2>&1 & looks=$$!; \
	CAREID_TEST_RUN=contract $(BIN)/python -m pytest --show-capture=no $(ALONE); status=$$?; \
	wait $$looks || status=1; cat .cache/looks.log; exit $$status

image-test: .venv/.ready  ## the Dockerfile's lines in a clean folder, and what docker compose up would start: two minutes
	@CAREID_TEST_RUN=image $(BIN)/python -m pytest $(IMAGE)

faults: .venv/.ready  ## kills what runs, under load, and checks what people were told: ten minutes
	@$(BIN)/python -m tests.faults

lint: .venv/.ready  ## style, types, the direction of imports, templates: ten seconds
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html')

requirements: $(UV)  ## the pinned libraries, made anew from pyproject.toml: half a minute
	$(UV) pip compile -q --universal --generate-hashes --no-header pyproject.toml -o requirements/run.txt
	$(UV) pip compile -q --universal --generate-hashes --no-header --group dev pyproject.toml -o requirements/dev.txt

$(UV):
	@echo "Bringing uv into .tools"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Care ID needs Python 3.11 or later")'
	@$(PYTHON) -m pip install -q --disable-pip-version-check --root-user-action=ignore --target .tools uv

.venv/.ready: $(UV) requirements/dev.txt
	@echo "Installing the libraries into .venv"
	@$(UV) venv -q --allow-existing --python $$(command -v $(PYTHON)) .venv
	@$(UV) pip sync -q --python .venv --require-hashes requirements/dev.txt
	@touch $@

# ONLY="enrolment crowd signing services answers growth moves million" measures a part.
bench: .venv/.ready  ## what it costs, in ratios measured in one run; ONLY=answers for a part: ten minutes
	@$(BIN)/python -m tests.bench $(ONLY)

screenshot: .venv/.ready  ## docs/done.png, made anew: half a minute
	@$(BIN)/python -m pytest $(wildcard tests/authenticators/*/browser) -k each_page_is_looked_at
	@cp .cache/screenshots/done-1280.png docs/done.png

# Where root makes it, Postgres's data lie outside this folder.
clean:  ## away with everything that make brought; the demo's data too
	@$(PYTHON) -c 'import shutil; from pathlib import Path; from demo import postgres; \
	[shutil.rmtree(postgres.home(Path(one) / "postgres"), ignore_errors=True) for one in (".demo", ".cache")]'
	rm -rf .venv .tools .demo .cache .*_cache .hypothesis
