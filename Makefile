# In: a wish. Out: the command that fulfils it. `make help` lists them; every target is safe to repeat.

SHELL := /bin/bash
PYTHON := .venv/bin/python
# Nobody is served while things are made: all cores may work.
PREPARE := OMP_NUM_THREADS=$(shell nproc --all) $(PYTHON) -m scripts.prepare
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Read when Python starts, so they must be set before. One thread each: two cores serve several people.
export OMP_NUM_THREADS ?= 1
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONUNBUFFERED := 1
# Notices of the libraries to their own maintainers.
export PYTHONWARNINGS := ignore
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: env ## install, train when needed, serve on http://127.0.0.1:8000 (HOST, PORT)
	@$(PREPARE)
	@exec $(PYTHON) server.py

.PHONY: test
test: env-test ## install, then lint, check the data and run every test (ARGS="tests/answers")
	@scripts/test_tools.sh
	@scripts/speech_data.sh
	@$(MAKE) --no-print-directory lint check-data
	@$(PREPARE)
	@$(PYTHON) -m pytest $(ARGS)
	@test -n "$(ARGS)" || $(MAKE) --no-print-directory coverage

.PHONY: speech
speech: ## install what hearing needs: telephone sound, voice messages, the recogniser inside
	@scripts/setup.sh speech

.PHONY: coverage
coverage: env-test ## the eligibility engine by its own tests: every line and branch, or it fails
	@$(PYTHON) -m coverage run -m pytest tests/services/eligibility tests/schemes services/eligibility
	@$(PYTHON) -m coverage report

.PHONY: train
train: env ## train the model anew
	@$(PREPARE) --train

.PHONY: tune
tune: env ## teach the sentence encoder our training sentences anew (half an hour), then make train
	@OMP_NUM_THREADS=$(shell nproc --all) $(PYTHON) -m bot.understanding.tuning

.PHONY: evaluate
evaluate: env ## score a labelled file (FILE=questions.jsonl; NOISE=1 adds noise of every kind)
	@test -n "$$FILE" || { echo '用法：make evaluate FILE=questions.jsonl' >&2; exit 2; }
	@$(PREPARE)
	@$(PYTHON) -m bot.understanding.evaluate "$$FILE" $(if $(NOISE),--noise)

.PHONY: bench
bench: env-test ## the benchmarks, each beside its peer
	@$(PREPARE)
	@$(PYTHON) -m benchmarks

.PHONY: compare
compare: env-test ## how well we understand, beside stock Rasa on the same sentences (FILE=questions.jsonl adds a labelled file)
	@$(PREPARE)
	@$(PYTHON) -m benchmarks.accuracy $(FILE)

.PHONY: oracle
oracle: env ## hold the eligibility rules against OpenFisca: 100,000 random people a scheme
	@scripts/oracle.sh

.PHONY: mutation
mutation: env-test ## change the eligibility engine in small ways: at least 90 % must be noticed by a test
	@scripts/mutation.sh

.PHONY: check-data
check-data: env ## check the policy inventory, schemes and places
	@$(PYTHON) -m services.knowledge.check
	@$(PYTHON) -m services.eligibility.check

.PHONY: explain
explain: env ## show how a sentence is understood, station by station (TEXT="要带什么")
	@test -n "$$TEXT" || { echo '用法：make explain TEXT="办居住证要带什么"' >&2; exit 2; }
	@$(PREPARE)
	@$(PYTHON) -m bot.understanding.explain "$$TEXT"

.PHONY: wechat-menu
wechat-menu: env ## print the official account's menu, or put it in force (ARGS=--push)
	@$(PYTHON) -m bot.channels.wechat.menu $(ARGS)

.PHONY: lint
lint: env-test ## ruff and mypy
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy

.PHONY: format
format: env-test ## put the code into the house's form
	@$(PYTHON) -m ruff check --fix --quiet .
	@$(PYTHON) -m ruff format .

.PHONY: lock
lock: env ## resolve requirements/*.in anew into *.lock (keeps versions that still fit)
	@scripts/lock.sh

.PHONY: clean
clean: ## remove everything made here except the data under var/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis var/tools var/encoder var/models
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: env env-test
env:
	@scripts/setup.sh run
env-test:
	@scripts/setup.sh test
