# `make demo` tries everything, `make test` checks everything; each sets up what it needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := NODE_PATH=$(CURDIR)/$(VENV)/node/node_modules TICKETBOT_SLACK_MACHINE=$$(ls $(CURDIR)/$(VENV)/framework/bin/python 2>/dev/null)

# Several at once, and once more what ran out of time: two cores have more to do than tests.
PYTEST := $(PEERS) $(BIN)/pytest -n 4 --no-loadscope-reorder --dist loadfile --reruns 2 --only-rerun "not within" \
	--only-rerun "TimeoutError" --only-rerun "Timeout .*ms exceeded" --only-rerun "Locator expected"

.PHONY: demo test check lint types contracts screenshots clean

demo: $(READY)
	@$(BIN)/ticketbot demo $(ARGS)

# Types and contracts take a core for a minute: beside the tests, told after them.
test: $(READY) chromium peers lint
	@trap 'kill $$checks 2>/dev/null' EXIT; \
	$(MAKE) --no-print-directory types contracts >$(VENV)/checks.log 2>&1 & checks=$$!; \
	$(PYTEST) -m "not exhaustive"; tested=$$?; \
	wait $$checks; checked=$$?; cat $(VENV)/checks.log; \
	test $$tested -eq 0 -a $$checked -eq 0

.PHONY: exhaustive
exhaustive: $(READY)
	$(PYTEST) -m exhaustive

check: $(READY) lint types contracts
	$(BIN)/pytest -q -m "not slow and not browser and not exhaustive"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

.PHONY: chromium peers
chromium:
	@sh tests/chromium.sh

peers: $(READY)
	@sh tests/peers.sh $(VENV)

screenshots: $(READY)
	$(BIN)/python -m tests.e2e.screenshots docs/images

.PHONY: page
page: $(READY)
	$(BIN)/python -m bot.playground.bundle

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.12 make …)"; exit 1; }
	@echo "Setting up $(VENV) (once; a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
