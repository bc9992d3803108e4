# Every verb of the project; `make help` lists them.
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?= ./var
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test dev check bench lock clean

help: ## list these verbs
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

demo: .venv/ready ## plant a living town and serve it (PORT=8000 HOST=127.0.0.1 DATA=./var)
	@exec $(BIN)/miaohui demo --host $(HOST) --port $(PORT) --data $(DATA)

dev: .venv/ready-dev ## serve the code as it is and restart when it changes
	@exec $(BIN)/miaohui demo --host $(HOST) --port $(PORT) --data $(DATA) --reload

test: .venv/ready-dev check ## everything that CI runs: check, then all tests on SQLite and the data layer on PostgreSQL
	@scripts/test

check: .venv/ready-dev ## style, types, import floors, documentation: minutes before the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: .venv/ready-dev ## measure; prints tables and writes build/bench.json
	$(BIN)/python -m tests.bench

lock: .venv/ready-dev ## resolve pyproject.toml anew into the two locked requirement files
	@scripts/lock

clean: ## remove what was installed and built, not what people have made (DATA)
	rm -rf .venv build src/miaohui/web/vendor src/miaohui/web/node_modules

.venv/ready: requirements.txt src/miaohui/web/package-lock.json scripts/bootstrap
	@scripts/bootstrap

.venv/ready-dev: requirements-dev.txt src/miaohui/web/package-lock.json scripts/bootstrap
	@scripts/bootstrap --dev
