# Two commands matter: `make site` and `make test`. Everything they need they install into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SITE := $(VENV)/.site
INSTALLED := $(VENV)/.installed

# What else the machine does would show in its figures.
MEASURED := tests/quality/test_lighthouse.py

BENCH := $(VENV)/bench

COMPILE := $(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" pyproject.toml

# Into the virtual environment $(1): the packages of the lock file $(2), and this checkout.
define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed; set PYTHON=...")'
@$(PYTHON) -m venv $(1)
@$(1)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
@$(1)/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

.PHONY: site test test-fast check format lock docs screenshots quality clean tools bench bench-beacon wrk

site: $(SITE) ## build the site of the sample people into output/
	@env -u DATABASE_URL -u QWIKFOLIO_DATABASE_URL $(BIN)/qwikfolio build
	@echo "Built from what qwikfolio.toml names, here the sample people; DATABASE_URL was not looked at."
	@echo "Look at it:  $(BIN)/python -m http.server --bind 127.0.0.1 --directory output 8000"
	@echo "then open    http://127.0.0.1:8000/"

test: $(INSTALLED) tools ## the whole suite, on a PostgreSQL and a browser of its own
	@$(BIN)/pytest --ignore $(MEASURED)
	@$(BIN)/pytest -n 0 $(MEASURED)

test-fast: $(INSTALLED) ## what needs neither a browser nor programs of others, and takes no seconds
	@CHROMIUM=/nowhere $(BIN)/pytest -m "not browser and not programs and not slow"

check: $(INSTALLED) ## formatting, lints, types, and which room may import which
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(INSTALLED) ## format, and mend what can be mended
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

docs: $(INSTALLED) ## write the pages of docs/ that are made from the code
	@$(BIN)/python -m docs.make

screenshots: $(INSTALLED) tools ## take the pictures of docs/images/ anew
	@$(BIN)/python -m docs.make.screenshots

bench: $(BENCH)/.installed ## measure, beside Hugo too; some 30 minutes. One case: make bench CASES=cold
	@$(BENCH)/bin/python -m benchmarks $(if $(CASES),--cases $(CASES))

bench-beacon: $(BENCH)/.installed wrk ## measure the beacon beside the endpoint that one would write first; some 10 minutes
	@$(BENCH)/bin/python -m benchmarks.beacon

quality: $(INSTALLED) tools ## let Lighthouse judge every theme, for docs/quality.md
	@$(BIN)/python -m tests.quality
	@$(BIN)/python -m docs.make

tools: ## Chromium, the HTML checker, Lighthouse: what the tests look at pages with, where it is missing
	@./scripts/install-tools

wrk: ## the load generator of the benchmark, where it is missing
	@./scripts/install-wrk

lock: ## pin what pyproject.toml asks for, for every platform, with hashes
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(COMPILE) --extra all --group dev --output-file requirements.lock
	@$(COMPILE) --extra embedded --group build \
		--constraint requirements.lock --output-file requirements-site.lock
	@$(COMPILE) --extra beacon --extra preview --extra embedded --group bench \
		--constraint requirements.lock --output-file requirements-bench.lock

# What the site needs, and what the tests need besides, go into one folder, in either order.
$(SITE): requirements-site.lock pyproject.toml
	$(call install,$(VENV),requirements-site.lock)
	@touch $@

$(INSTALLED): requirements.lock pyproject.toml
	$(call install,$(VENV),requirements.lock)
	@touch $(SITE) $@

$(BENCH)/.installed: requirements-bench.lock pyproject.toml
	$(call install,$(BENCH),requirements-bench.lock)
	@touch $@

clean: ## remove what was installed and built, the embedded database too
	rm -rf $(VENV) .qwikfolio output
