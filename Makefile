# Two commands do all the set-up: `make demo` and `make test`. Each makes .venv when it needs to.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test docs docs-pages test-browser pictures torture check bench train validate format clean

demo: .venv/installed
	@$(BIN)/debrief demo $(ARGS)

# Bytecode is kept, whatever the shell says: else each process compiles all of it anew.
test: .venv/installed-for-tests
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest --numprocesses=3 --dist=worksteal $(ARGS)

# Builds the documentation into site/; warnings, broken links and pages that load from other hosts are errors.
docs: .venv/installed-for-tests
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --config-file docs/site/mkdocs.yml
	@echo "Open site/index.html"

# Writes the generated parts of the pages anew.
docs-pages: .venv/installed-for-tests
	@$(BIN)/python -m tests.docs.generate

# Needs Debian's chromium and chromium-driver; says so where they are missing.
test-browser: .venv/installed-for-tests
	@$(BIN)/pytest tests/browser/walk.py tests/browser/pages.py $(ARGS)

# Takes the pictures in docs/ of the sandbox's page anew.
pictures: .venv/installed-for-tests
	@$(BIN)/python -m tests.browser.pictures

torture: .venv/installed-for-tests
	@$(BIN)/python -m tests.torture $(ARGS)

check: .venv/installed-for-tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/installed
	@$(BIN)/python -m benchmarks.drafting
	@$(BIN)/python -m benchmarks.scheduled_tasks
	@$(BIN)/python -m benchmarks.large_workspace

# Fits the weights of the built-in reader anew; `validate` measures them on families left out.
train: .venv/installed-for-training
	@$(BIN)/python -m training.train

validate: .venv/installed-for-training
	@$(BIN)/python -m training.validate
	@$(BIN)/python -m training.moments
	@$(BIN)/python -m training.impact
	@$(BIN)/python -m training.agreement

format: .venv/installed-for-tests
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	rm -rf .venv demo site .coverage .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# pip reads pyproject.toml; the stamps are newer than it once that is done, so nothing installs twice.
.venv/installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Debrief into .venv. The first time takes a minute or two."
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off --editable .
	@touch $@

.venv/installed-for-training: .venv/installed-for-tests
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off --editable '.[test,train]'
	@touch $@ .venv/installed .venv/installed-for-tests

.venv/installed-for-tests: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing Debrief and its test tools into .venv. The first time takes a few minutes."
	@$(BIN)/pip install --disable-pip-version-check --progress-bar off --editable '.[test]'
	@touch $@ .venv/installed
