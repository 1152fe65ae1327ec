# Needs python3 (3.11 or later) with pip, git and make. Everything else is brought into this folder.
PYTHON ?= python3
UV := .tools/bin/uv
BIN := .venv/bin
# Those with processes of their own run beside the others: two cores, two runs.
WHOLE := tests/browser tests/demo tests/contract tests/desk/door/browser $(wildcard tests/authenticators/*/browser)
# It installs every library anew.
IMAGE := tests/deploy/test_image.py
SOURCES := careid enrolment authenticators profiles desk operating demo deploy tests manage.py

# What one process has compiled, the dozens that the tests start read.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test bench image-test faults lint requirements screenshot clean
.DELETE_ON_ERROR:

demo: .venv/.ready
	@exec $(BIN)/python -m demo

test: .venv/.ready
	@mkdir -p .cache
	@CAREID_TEST_RUN=whole $(BIN)/python -m pytest --show-capture=no $(WHOLE) >.cache/whole.log 2>&1 & whole=$$!; \
	$(BIN)/python -m pytest $(WHOLE:%=--ignore %) --ignore $(IMAGE); parts=$$?; \
	wait $$whole; status=$$?; cat .cache/whole.log; exit $$((status + parts))

image-test: .venv/.ready
	@CAREID_TEST_RUN=image $(BIN)/python -m pytest $(IMAGE)

faults: .venv/.ready
	@$(BIN)/python -m tests.faults

lint: .venv/.ready
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files '*.html')

requirements: $(UV)
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

# What it costs, in ratios measured in one run: some minutes. ONLY="enrolment crowd answers million" measures a part.
bench: .venv/.ready
	@$(BIN)/python -m tests.bench $(ONLY)

screenshot: .venv/.ready
	@$(BIN)/python -m pytest tests/authenticators/totp/browser -k each_page_is_looked_at
	@cp .cache/screenshots/done-1280.png docs/done.png

clean:
	rm -rf .venv .tools .demo .cache
