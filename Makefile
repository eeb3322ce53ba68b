# bangfu: bare `make` lists what there is to type.

.DEFAULT_GOAL := help
BIN := .venv/bin
name ?=

.PHONY: help run test format bench room lock clean

help: ## list what there is to type
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## everything: environment, database, places, example programme, http://localhost:8000
	@tools/bootstrap run
	@exec env BANGFU_END_WITH_PARENT=1 $(BIN)/bangfu run

test: ## everything: linters, types, architecture, database tests (also on PostgreSQL 15), a browser
	@tools/bootstrap dev
	@exec tools/check

format: ## put the code into its usual shape
	@tools/bootstrap dev
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

bench: ## measure a headline ratio: make bench name=posting (without a name: list them)
	@tools/bootstrap run
	@exec $(BIN)/bangfu bench $(name)

room: ## make a room by the plan: make room name=beekeeping
	@tools/bootstrap run
	@exec $(BIN)/bangfu room $(name)

lock: ## choose newer packages and write requirements/*.lock (needs a package index)
	@tools/lock

clean: ## remove the environment and caches; the database in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
