PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
INDEX := $(or $(RAG_INDEX),.index)
TOOLS := $(VENV)/tools
LOCKED := --quiet --no-deps --only-binary :all: --require-hashes --requirement
# uv installs in seconds what takes pip minutes. It is told where pip is set up to look for packages.
UV := settings="$$($(BIN)/python scripts/pip_settings.py)" && eval "$$settings" && \
	$(BIN)/uv pip install --python $(BIN)/python --no-config
COMPILE := $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(UPGRADE)

# Modules are compiled when they are first imported, which most never are, and kept: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := setup
.PHONY: help setup serve format lint types docs messages test tests test-fast test-slow coverage bench clean lock review release

help:
	@echo "make serve      open the chat on http://$(HOST):$(PORT); FOLDER=my-documents to ask your own documents"
	@echo "make test       run all checks: lint, types, then the tests"
	@echo "make test-fast  run the tests that need neither a browser nor much time"
	@echo "make test-slow  run the tests that make test leaves out: all disk errors, a wheel, load"
	@echo "make format     format the code, and fix what ruff can fix"
	@echo "make lint       check style, imports, references and translations"
	@echo "make types      check types"
	@echo "make coverage   run the tests and show which lines they do not reach"
	@echo "make bench      measure answers and speed on the sample, in a few minutes"
	@echo "make docs       write docs/api.md and docs/cli.md from the docstrings and the help"
	@echo "make messages   bring the catalogues of translations up to date with the code"
	@echo "make clean      remove the environment and the index, but nothing of yours"
	@echo "make lock       resolve the dependencies again; UPGRADE=--upgrade for newer ones"
	@echo "make review     review the dependencies: advisories, licences, what is unused"
	@echo "make release    build the wheel, with a bill of materials"

setup: $(VENV)/ready

# Installed again only when what is to be installed has changed. Every file but torch's must match a hash of the lock, and
# be a wheel: no code of a package runs while it is installed. uv comes first, since it then installs the rest.
$(VENV)/ready: pyproject.toml constraints.txt requirements.txt
	$(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/^    # via/p' requirements.txt > $(VENV)/uv.txt
	$(BIN)/pip install --no-compile $(LOCKED) $(VENV)/uv.txt
	$(UV) $(LOCKED) requirements.txt
	$(UV) --quiet --only-binary :all: --constraint constraints.txt torch
	$(UV) --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/pip check
	touch $@

# The tools below are apart from the project's own environment, so that neither constrains the other.
$(TOOLS)/ready: requirements-release.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --no-compile $(LOCKED) requirements-release.txt
	touch $@

# Versions stay unless pyproject.toml excludes them: make lock UPGRADE="--upgrade", or "--upgrade-package gradio".
lock: $(TOOLS)/ready
	$(COMPILE) --output-file requirements.txt --constraint constraints.txt --no-emit-package torch \
		--extra convert --extra dask --extra heif --extra mcp --extra metrics --extra milvus --extra mistralai \
		--extra ollama --extra openai --extra pandoc --extra postgresql --extra s3 --extra test --group setup \
		pyproject.toml
	$(COMPILE) --output-file requirements-release.txt --group pyproject.toml:release

review: setup $(TOOLS)/ready
	$(BIN)/python -m scripts.review_dependencies

release: setup $(TOOLS)/ready
	$(BIN)/python -m scripts.licences --check
	$(TOOLS)/bin/python -m scripts.release --environment $(VENV)

# FOLDER, else the folder that was indexed before, else the sample. Where that folder is not there, the page says so.
serve: setup
	@if [ -n "$(FOLDER)" ]; then $(BIN)/rag rebuild "$(FOLDER)"; \
	elif [ -e "$(INDEX)/CURRENT" ] || [ -e "$(INDEX)/FOLDER" ]; then $(BIN)/rag rebuild || true; \
	else $(BIN)/rag rebuild seeds; fi
	$(BIN)/rag serve --host $(HOST) --port $(PORT)

# Style, that imports point down (tool.importlinter in pyproject.toml), and that references and catalogues are complete.
lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m scripts.reference --check
	$(BIN)/python -m scripts.messages --check

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup
	$(BIN)/python -m scripts.reference

messages: setup
	$(BIN)/python -m scripts.messages

types: setup
	$(BIN)/mypy

# Three processes on two cores, since a third of the time is spent waiting for pages and disks.
PYTEST := $(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

# Types are checked beside the tests, which wait for pages and disks now and then.
test: lint
	$(MAKE) --no-print-directory --jobs 2 types tests

tests: setup
	$(PYTEST) -m "not exhaustive"

test-slow: setup
	$(PYTEST) -m exhaustive

test-fast: setup
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder -m "not slow and not browser and not exhaustive"

# Apart from `make test`, since measuring makes the tests slower.
coverage: setup
	$(PYTEST) --cov --cov-report term

bench: setup
	$(BIN)/rag rebuild seeds --index $(VENV)/bench-index
	$(BIN)/rag eval bench/questions.jsonl --index $(VENV)/bench-index
	$(BIN)/python -m bench.speed.articles
	$(BIN)/python -m bench.speed.keepalive 20 --results /dev/null

# Conversations, removed documents and the name of your folder stay.
clean:
	rm -rf $(VENV) .index/snapshot-* .index/generation-* .index/cache.sqlite* .index/CURRENT .index/CURRENT.new .index/lock .index/lock.owner
