PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 7860
INDEX := $(or $(RAG_INDEX),.index)

.PHONY: setup serve test clean

setup: $(VENV)/ready

# Installed again only when what is to be installed has changed.
$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade --constraint constraints.txt pip
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable ".[test]"
	touch $@

# FOLDER, else the folder that was indexed before, else the sample. Where that folder is not there, the page says so.
serve: setup
	@if [ -n "$(FOLDER)" ]; then $(BIN)/rag rebuild "$(FOLDER)"; \
	elif [ -e "$(INDEX)/CURRENT" ] || [ -e "$(INDEX)/FOLDER" ]; then $(BIN)/rag rebuild || true; \
	else $(BIN)/rag rebuild seeds; fi
	$(BIN)/rag serve --host $(HOST) --port $(PORT)

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses 2 --dist loadfile

# Conversations, removed documents and the name of your folder stay.
clean:
	rm -rf $(VENV) .index/generation-* .index/cache.sqlite* .index/CURRENT .index/CURRENT.new .index/lock .index/lock.owner
