imports: ## generate imports/lumen from imports/crds and imports/src
	.venv/bin/python scripts/generate_imports.py
.PHONY: imports
