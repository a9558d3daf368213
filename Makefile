# Everything runs in .venv, which is made from the pinned requirements on first use.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# DVC starts the stages as `python -m stages...`: it has to be this Python
export PATH := $(abspath $(BIN)):$(PATH)

# tools that look at the packages stay out of where these are installed
AUDIT := .venv-audit

CPU_READY := $(VENV)/.installed-cpu
GPU_READY := $(VENV)/.installed-gpu
# whichever was installed last stays: `make setup-gpu` once, then any target
READY := $(if $(wildcard $(GPU_READY)),$(GPU_READY),$(CPU_READY))

# a page for DVC's plots that holds the chart library
CHARTS := .dvc/tmp/charts.html

.DEFAULT_GOAL := help
.PHONY: help setup setup-gpu repro replicate study sync prune ui experiments plots metrics docs bench test screenshots trials mutation lint types audit licences lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## create .venv from the pinned requirements

setup-gpu: $(GPU_READY) ## the same with TensorFlow's CUDA packages (Linux)

repro: $(READY) ## run the pipeline: data, noise, models, scores, report (WITH="name name" of the library)
	@$(BIN)/python -m stages.repro $(foreach name,$(WITH),--with $(name))
	@echo "The report is reports/index.html. 'make ui' shows the tracked runs."

replicate: $(READY) ## the same with other seeds of every model, for the spread of every figure
	@$(BIN)/python -m stages.repro -S 'replicas.dense.seeds=[1,2,3,4]' \
		-S 'replicas.convolutional.seeds=[1,2]'

study: $(READY) ## run what is missing of a study of params.yaml, and draw it (STUDY=code_size)
	@$(BIN)/python -m stages.study $(STUDY)
	@$(BIN)/dvc repro --quiet --single-item plot_studies

sync: $(READY) ## rebuild MLflow runs that are missing, as after `dvc pull`
	@$(BIN)/python -m stages.sync

prune: $(READY) ## remove what entries left that params.yaml no longer names
	@$(BIN)/python -m stages.prune

ui: $(READY) ## open the MLflow UI on http://127.0.0.1:5000 (PORT=... to change)
	@$(BIN)/python -m stages.ui --port $(or $(PORT),5000)

# without the columns of what stages depend on, and with MODEL without those of other models
OTHERS = (?!(models\.)?$(MODEL)\.|Experiment|Created|State|Executor)

experiments: $(READY) ## list the experiments with what differs in settings and scores (MODEL=simple)
	@$(BIN)/dvc exp show --no-pager --only-changed --hide-workspace \
		--drop '(src|stages|data|out|reports)/|params\.yaml$$' $(if $(MODEL),--drop '$(OTHERS)')

plots: $(READY) $(CHARTS) ## render DVC's plots into dvc_plots/, of two experiments with REVS="HEAD name"
	@$(BIN)/dvc plots $(if $(REVS),diff $(REVS),show) --html-template $(CHARTS)

# the chart library in the page: what DVC's own page loads from the web
$(CHARTS): $(READY)
	@mkdir -p $(@D)
	@$(BIN)/python -c 'import vl_convert; print("<!DOCTYPE html><meta charset=\"utf-8\"><title>Plots</title>" \
		"<script>" + vl_convert.javascript_bundle() + "</script>{refresh_tag}{plot_divs}")' > $@.new
	@mv $@.new $@

# `dvc metrics show` has them all in one line
metrics: $(READY) ## show the few scores that matter, a line a model
	@$(BIN)/python -c 'import pandas; print(pandas.read_json("reports/scores.json", orient="index") \
		.round(3).to_string(na_rep=""))'

docs: $(READY) ## build docs/ into site/, pages that open without a network
	@NO_MKDOCS_2_WARNING=1 PYTHONPATH=src $(BIN)/mkdocs build
	@echo "site/index.html has it"

bench: $(VENV)/.installed-bench ## measure against plain Keras and PyTorch (PARTS=... ROUNDS=2)
	@$(BIN)/dvc repro --quiet prepare add_noise@gaussian
	@$(BIN)/python -m benchmarks $(PARTS) --rounds $(or $(ROUNDS),2)

test: $(READY) ## run the tests, as many files at once as there are cores
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

screenshots: $(READY) ## take pictures of the page, the docs and the MLflow UI in a browser, into out/screenshots
	@$(BIN)/python -m tests.screenshots

trials: $(READY) ## try at length what docs/guarantees.md promises (TRIALS="kills odd", ROUNDS=1)
	@ROUNDS=$(or $(ROUNDS),1) $(BIN)/python -m pytest --quiet --capture no \
		$(or $(foreach trial,$(TRIALS),tests/trials/trial_$(trial).py),tests/trials)

MUTATED := baselines claims evaluation figures measures noise noise_kinds page tables tracking training

mutation: $(READY) ## change the code and see whether tests notice (PACKAGES="claims noise" JOBS=2)
	@$(BIN)/mutmut run --max-children $(or $(JOBS),2) \
		$(foreach package,$(or $(PACKAGES),$(MUTATED)),'mnist_autoencoders.$(package).*')
	@$(BIN)/mutmut results --all true | awk -F '[.:] *' ' \
		{ all[$$2]++; count[$$2, $$NF]++ } \
		END { \
			row = "%-12s%8s%8s%9s%9s%9s%7s%9s%9s\n"; \
			printf row, "package", "mutants", "killed", "timeout", "survived", "no tests", "other", "not run", "noticed"; \
			for (p in all) { \
				u = count[p, "not checked"]; if (u == all[p]) continue; \
				k = count[p, "killed"]; t = count[p, "timeout"]; \
				s = count[p, "survived"]; n = count[p, "no tests"]; \
				printf row, p, all[p], k + 0, t + 0, s + 0, n + 0, all[p] - k - t - s - n - u, u + 0, \
					sprintf("%.1f %%", 100 * (k + t) / (all[p] - u)) | "sort"; \
			} \
		}'

lint: $(READY) ## check style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

audit: $(AUDIT)/.installed ## look the pinned packages up among known vulnerabilities (needs a network)
	@$(AUDIT)/bin/pip-audit --strict --disable-pip --progress-spinner off \
		$(foreach file,$(wildcard requirements/*.txt),--requirement $(file)) || \
		{ echo "error: vulnerable packages, or not all were looked up: see above" >&2; exit 1; }

licences: $(READY) $(AUDIT)/.installed ## list the licences of all packages in docs/licences.md
	@$(AUDIT)/bin/pip-licenses --python $(BIN)/python --with-system --from mixed --format json | \
		$(BIN)/python -m tests.licences

lock: $(BIN)/uv ## renew the pinned requirements from pyproject.toml
	@for variant in cpu gpu bench audit; do \
		extra=$$([ $$variant = cpu ] || echo "--extra $$variant"); \
		$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
			--no-annotate --no-header --python-version 3.11 --group dev --extra export $$extra \
			pyproject.toml --output-file requirements/$$variant.txt; \
	done

clean: ## remove .venv; data, models and runs stay
	@rm -rf $(VENV) $(AUDIT)

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or \
		sys.exit("error: Python 3.11 to 3.13 is needed, this is %d.%d: make PYTHON=python3.12 ..." % v)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

# compiled at once: the first start of TensorFlow would otherwise take as long again. Then the
# command `autoencoders`, in place, by the backend that uv has built in
$(VENV)/.installed-%: requirements/%.txt pyproject.toml $(BIN)/uv
	@echo "installing the pinned packages into $(VENV), a minute or so"
	@$(BIN)/uv pip install --quiet --require-hashes --compile-bytecode --python $(BIN)/python -r $<
	@$(BIN)/uv pip install --quiet --offline --no-index --no-deps --python $(BIN)/python --editable .
	@touch $@

# the lock of everything, as a constraint: only the tools themselves are installed
$(AUDIT)/.installed: requirements/audit.txt $(BIN)/uv
	@$(PYTHON) -m venv $(AUDIT)
	@$(BIN)/uv pip install --quiet --constraint $< --python $(AUDIT)/bin/python \
		pip-audit pip-licenses
	@touch $@
