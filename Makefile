# Two commands do everything on a fresh machine with Python and Node: 'make synth' and 'make test'. 'make help' lists
# the rest. Each step of the environment leaves a stamp and runs again only when what it is made from has changed.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
NODE_BIN := node_modules/.bin
LOCK := requirements/dev.txt
EXTRAS := cli dashboards inject plus promql seal
UV := uv==0.13.8
PLUGIN := templates/argocd-plugin

export CDK8S_CHECK_UPGRADE := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/$(NODE_BIN):$(PATH)

##@ Everyday

.PHONY: synth
synth: environment ## render every system into dist/ with 'cdk8s synth'
	@$(NODE_BIN)/cdk8s synth >/dev/null # the CLI lists each file there; the table and errors go to stderr

.PHONY: test
test: lint types unit ## all three of these

.PHONY: lint
lint: environment ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: environment ## mypy on all of it, pyright on what users write
	$(BIN)/mypy
	$(NODE_BIN)/pyright

.PHONY: unit
unit: environment ## pytest; PYTEST=… passes options to it
	$(BIN)/pytest --numprocesses auto --dist loadfile $(PYTEST)

.PHONY: checkov
checkov: .venv-checkov/.installed ## hold dist/ against checkov's rules, in an environment of its own; see .checkov.yaml
	@.venv-checkov/bin/checkov --config-file .checkov.yaml

# Without a container engine: the image is an environment with what the recipe installs, locked as its README says.
.PHONY: plugin
plugin: environment ## test Argo CD's plugin with an image by its whole recipe; the other tests have one that costs less
	@rm -rf build/plugin && mkdir -p build/plugin/context
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/plugin/context .
	@echo 'lumen-constructs[cli,dashboards,node,plus,promql]' >build/plugin/context/requirements.in
	@$(BIN)/python -m venv build/plugin/tools && build/plugin/tools/bin/pip install --quiet '$(UV)'
	@cd build/plugin/context && ../tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --find-links . --output-file requirements.txt requirements.in
	@$(BIN)/python -m venv build/plugin/image
	@install=$$(sed -n 's|^RUN \(pip install .*\) \\$$|\1|p' $(PLUGIN)/Dockerfile | sed 's|/build|build/plugin/context|g'); \
	  echo "$$install"; PATH=$(CURDIR)/build/plugin/image/bin:$$PATH; $$install --quiet
	@sed -i '1s|^#!.*|#!/opt/lumen/bin/python3|' build/plugin/image/bin/lumen && ln -s /bin/sh build/plugin/image/bin/sh
	LUMEN_PLUGIN_IMAGE=build/plugin/image $(BIN)/pytest tests/templates/test_argocd_plugin.py

.PHONY: bench
bench: environment ## measure time and memory; see docs/benchmarks.md
	$(BIN)/python -m benchmarks

##@ Files that are made

.PHONY: imports
imports: environment ## generate imports/lumen from imports/crds and imports/src
	@$(BIN)/python scripts/generate_imports.py

.PHONY: docs
docs: environment ## generate docs/reference, and the tables in the other pages
	@$(BIN)/python scripts/generate_reference.py

# mkdocs is for this target alone, and has an environment of its own.
.PHONY: site
site: docs build/site-venv/.installed ## build the documentation's site into site/
	NO_MKDOCS_2_WARNING=1 build/site-venv/bin/mkdocs build --quiet

build/site-venv/.installed: pyproject.toml
	@mkdir -p build
	@$(call with-python,-m venv build/site-venv)
	build/site-venv/bin/pip install --quiet --upgrade 'pip>=25.1'
	build/site-venv/bin/pip install --quiet --group docs
	@touch $@

.PHONY: check-generated
check-generated: environment ## fail if a generated file is stale: imports/lumen, the values' schemas, dist/, docs/
	@$(BIN)/python scripts/generate_imports.py --check
	@$(BIN)/lumen schema --check
	@$(BIN)/lumen synth --check
	@$(BIN)/python scripts/generate_reference.py --check

# A lock holds versions and hashes and no address, so that it can be used with any mirror of the registries.
.PHONY: lock
lock: ## lock what pyproject.toml and package.json ask for; UPGRADE=--upgrade takes the newest versions
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(call with-python,-m venv "$$tools"); \
	"$$tools/bin/pip" install --quiet '$(UV)'; \
	"$$tools/bin/uv" pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --group dev $(EXTRAS:%=--extra %) --output-file $(LOCK) pyproject.toml
	"$$tools/bin/uv" pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --output-file requirements/checkov.txt requirements/checkov.in
	npm install --package-lock-only --ignore-scripts

##@ Environment

.PHONY: environment
environment: .venv/.editable node_modules/.installed ## what all of the above needs: .venv/ and node_modules/

.venv/.created:
	@$(call with-python,-m venv .venv)
	@touch $@

.venv/.installed: $(LOCK) .venv/.created
	$(BIN)/pip install --quiet --require-hashes --requirement $(LOCK)
	@touch $@

.venv/.editable: pyproject.toml .venv/.installed
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv-checkov/.installed: requirements/checkov.txt
	@$(call with-python,-m venv .venv-checkov)
	.venv-checkov/bin/pip install --quiet --require-hashes --requirement $<
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'make: Node.js with npm is needed, and is not on the PATH' >&2; exit 1; }
	npm ci --ignore-scripts
	@touch $@

.PHONY: clean
clean: ## remove the environment and every cache; dist/ stays
	rm -rf .venv .venv-checkov node_modules .cdk8s build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

# Runs the first Python that is new enough; PYTHON=… on the command line names another one to try first.
define with-python
for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
done; \
if [ -z "$${found:-}" ]; then \
  echo "make: Python 3.11 or newer is needed; 'make PYTHON=/path/to/python3 …' names one that is not on the PATH" >&2; \
  exit 1; \
fi; \
"$$found" $(1)
endef
