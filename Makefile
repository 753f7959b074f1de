# Everything a checkout can do. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Options for the command that a target runs, for example: make image ARGS="--airflow-version 2.11.2 --python-version 3.11"
ARGS ?=

TOOLS := .venv/bin
WITH_ENGINE := setup/with-engine
TOOLKIT := $(WITH_ENGINE) $(TOOLS)/python build.py
# Of all that an image is made from, only these decide what the machine needs.
SETUP_ARGS = $(shell printf '%s\n' '$(subst ','\'',$(ARGS))' | grep -oE -e '--(base|directory|platform)[= ][^ ]+')
SHELL_SCRIPTS = $(wildcard setup/*) .ci/run $(wildcard tests/image/*.sh) $(shell grep -lsE '^\#!.*\<(ba)?sh\>' entrypoint/* bench/*/inside/* bench/contenders/*/entrypoint)
DOCKERFILES = $(wildcard tests/unit/golden/*.Dockerfile)

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

.PHONY: environment
environment:
	@setup/environment

.PHONY: image
image: environment ## Build the image; sets up all that is missing first. Options in ARGS
	@$(TOOLKIT) setup $(SETUP_ARGS)
	@$(TOOLKIT) build $(ARGS)

.PHONY: test
test: environment ## Run all tests, unit tests first; sets up all that is missing first
	@$(TOOLKIT) setup --platform linux/amd64 --platform linux/arm64
	@$(WITH_ENGINE) $(TOOLS)/pytest --numprocesses 2 --dist loadscope $(ARGS)

.PHONY: bench
bench: environment ## Measure the image beside the alternatives; measurements and options in ARGS, such as --quick
	@$(TOOLKIT) setup --base source
	@$(WITH_ENGINE) $(TOOLS)/python -m bench $(ARGS)

.PHONY: lint
lint: environment ## Style, types, shell scripts, Dockerfiles
	$(TOOLS)/ruff check
	$(TOOLS)/ruff format --check
	$(TOOLS)/mypy
	$(TOOLS)/shellcheck $(SHELL_SCRIPTS)
	$(TOOLS)/python -m airflow_ecs_image.spec.schema --check
	$(TOOLS)/check-jsonschema --check-metaschema docs/image.schema.json
	$(TOOLS)/check-jsonschema --schemafile docs/image.schema.json image.toml
	$(TOOLS)/python -m airflow_ecs_image.spec.reference --check
	$(TOOLS)/check-jsonschema --builtin-schema vendor.github-workflows docs/examples/github-actions.yml
	$(TOOLS)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci docs/examples/gitlab-ci.yml
	$(TOOLS)/check-jsonschema --schemafile docs/examples/buildspec.schema.json docs/examples/buildspec.yml
	$(if $(DOCKERFILES),$(TOOLS)/hadolint $(DOCKERFILES))

.PHONY: update
update: environment ## Rewrite requirements/versions.toml and the locks from what the registries hold today
	$(TOOLS)/python -m airflow_ecs_image.update $(ARGS)

.PHONY: clean
clean: ## Remove .venv, caches, and the images and stopped containers that this project made
	@setup/clean
