# Set up, run and check Verbatim. Needs make and Python 3.11 or newer, nothing else.
#
#   PYTHON       the Python that makes .venv (default: the first of 3.13, 3.12, 3.11 and python3 that will do)
#   TORCH_INDEX  where torch is taken from (default on Linux: PyTorch's CPU builds, because the usual index has builds
#                with 4 GB of CUDA there; elsewhere, or where it cannot be reached: the usual index)

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq

# A command that exists may still not run (pyenv's shims) or lack ensurepip (Debian without python3-venv).
FITS := -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	"$$p" $(FITS) >/dev/null 2>&1 && { echo "$$p"; break; }; done)

TORCH_INDEX ?= $(if $(filter Linux,$(shell uname -s)),https://download.pytorch.org/whl/cpu)
# Asked once and briefly, because pip would try for minutes.
REACHES_TORCH_INDEX := $(PY) -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1] + "/torch/", timeout=5)' \
	"$(TORCH_INDEX)" >/dev/null 2>&1
TORCH_VERSION := $(shell sed -n 's/^torch==//p' requirements.lock)

SAMPLES := ingest/data/samples
SAMPLE_DIR := data/samples
# The samples have a catalogue of their own, whatever .env says about the real one.
SAMPLE_ENV := DATABASE_URL=sqlite:///$(SAMPLE_DIR)/catalogue.db
HAS_TOKEN := $(PY) -c 'import sys; from bot.settings import BotSettings as S; \
	sys.exit(not S.load().discord_token.get_secret_value())' 2>/dev/null

.PHONY: help install run test check gallery lock clean

help:
	@echo "make run      the Discord bot (with DISCORD_TOKEN), else a chat about the sample articles"
	@echo "make test     the tests"
	@echo "make check    ruff, mypy, import-linter"
	@echo "make gallery  draw the bot's messages into docs/gallery (needs Node.js and Chromium)"
	@echo "make install  set up $(VENV); the other targets do so by themselves"
	@echo "make lock     write what $(VENV) holds into requirements.lock"
	@echo "make clean    remove $(VENV) and caches; data/ stays"

install: $(VENV)/.prepared

run: $(VENV)/.prepared
	@if $(HAS_TOKEN); then exec $(PY) -m bot; fi; \
	export $(SAMPLE_ENV); \
	$(PY) -m ingest --data-dir $(SAMPLE_DIR) add $(SAMPLES) </dev/null || exit; \
	$(PY) -m ingest --data-dir $(SAMPLE_DIR) run --once </dev/null || exit; \
	echo "This is a chat about the sample articles. For the bot, put DISCORD_TOKEN into .env; for articles of your own," \
	     "'$(PY) -m ingest add URL' (see README.md)."; \
	exec $(PY) -m bot --data-dir $(SAMPLE_DIR) chat

test: $(VENV)/.prepared
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/.installed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy --strict
	$(VENV)/bin/lint-imports

gallery: $(VENV)/.prepared
	@$(PY) -m bench.gallery.messages docs/gallery

lock: $(VENV)/.installed
	@{ echo "# Exact versions, as pip constraints; written by 'make lock'."; \
	   $(PY) -m pip freeze --exclude-editable | sed 's/+.*//' | grep -Ev '^(#|cuda-|nvidia-|triton)'; } > requirements.new
	@mv requirements.new requirements.lock
	@touch $(VENV)/.installed $(VENV)/.prepared

clean:
	rm -rf $(VENV) bench/gallery/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bench bot ingest tests -name __pycache__ -prune -exec rm -rf {} +

# A .venv that works is kept, whoever made it; a broken one is made anew.
$(VENV)/.made:
	@[ -n "$(PYTHON)" ] || { echo "error: no Python 3.11 or newer with venv was found"; \
	  echo "hint: install one (Debian, Ubuntu: apt install python3-venv), or name it: make PYTHON=/path/to/python3"; exit 1; }
	@$(PY) $(FITS) 2>/dev/null && $(PY) -m pip --version >/dev/null 2>&1 || \
	  { echo "Making $(VENV) with $(PYTHON)"; $(PYTHON) -m venv --clear $(VENV); }
	@$(PIP) install --upgrade pip || echo "note: pip could not be upgraded; going on with the one at hand"
	@touch $@

# torch comes first, so that a CPU build from TORCH_INDEX is what the second step finds. The lock names its version.
$(VENV)/.installed: pyproject.toml requirements.lock $(VENV)/.made
	@echo "Installing torch $(TORCH_VERSION) (the first time takes several minutes)"
	@[ -z "$(TORCH_INDEX)" ] || \
	  { $(REACHES_TORCH_INDEX) && $(PIP) install --no-deps --index-url "$(TORCH_INDEX)" torch==$(TORCH_VERSION); } || \
	  echo "note: no torch from $(TORCH_INDEX); taking it from the usual index"
	@$(PIP) install -c requirements.lock torch==$(TORCH_VERSION)
	@echo "Installing the rest"
	@$(PIP) install -c requirements.lock -e '.[bench,dev]'
	@$(PY) -m compileall -q bot ingest
	@touch $@

$(VENV)/.prepared: $(VENV)/.installed
	@echo "Preparing the embedding model"
	@$(PY) -m ingest prepare
	@touch $@
