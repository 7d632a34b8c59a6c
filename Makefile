# Each target sets up what it needs in .venv and is quick when nothing changed.

SHELL := /bin/sh
PYTHON_ENV := .venv/bin/python
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test deep lint docs bench clean

help: ## Show this list.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile

demo: ## Analyse the standard library through a cache: cold, warm, from disk, a stampede, a failing origin.
	@tools/setup.sh demo
	@.venv/bin/hexcache demo

test: ## Run the whole suite with branch coverage.
	@tools/setup.sh test
	@$(PYTHON_ENV) tools/run_tests.py

deep: ## Run what `make test` leaves out: contracts and faults over the servers of object stores; takes half an hour.
	@tools/setup.sh test
	@HEXCACHE_TEST_DEEP=1 $(PYTHON_ENV) -m pytest -q -n 2 --dist loadfile tests/contract tests/integration/objects tests/integration/litellm

lint: ## Run every static check: formatting, rules, twins, import contracts, settings page, mypy, pyright.
	@tools/setup.sh lint test
	@tools/lint.sh

docs: ## Build the documentation into site/.
	@tools/setup.sh docs
	@tools/docs.sh

bench: ## Measure the hit paths beside other caches.
	@tools/setup.sh bench test
	@$(PYTHON_ENV) -m benchmarks

clean: ## Remove everything that the targets made, .venv included.
	rm -rf .venv .cache/azurite site dist build .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
