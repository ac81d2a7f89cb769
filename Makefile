# make demo: compute an index on the demo market.   make test: run the tests.
# Both need Python 3.11 or newer with its venv module and nothing else; PYTHON=... names another one.

PYTHON ?= python3
DEMO_ENV := .venv-demo
STUDIO_ENV := .venv-studio
TEST_ENV := .venv
BENCH_ENV := .venv-bench
DOCS_ENV := .venv-docs
USER_LOCK := requirements/user.txt
DEV_LOCK := requirements/dev.txt
STUDIO_LOCK := requirements/studio.txt
BENCH_LOCK := requirements/bench.txt
DOCS_LOCK := requirements/docs.txt
TEST_PYTHON := $(TEST_ENV)/bin/python

.DEFAULT_GOAL := help

.PHONY: help
help:
	@echo "make demo         KOSPI 200 on the synthetic demo market: its next review, then the index, into out/demo"
	@echo "make studio       a page to change a rule and watch the index change, on the demo market"
	@echo "make test         run the tests"
	@echo "make lint         ruff, mypy --strict, the import contract"
	@echo "make docs         the documentation as a site with search and a gallery, into out/site"
	@echo "make bench        ours and other libraries on the same files, into benchmarks/RESULTS.md (ARGS=--quick)"
	@echo "make bench-smoke  the short benchmark that CI runs"
	@echo "make lock         resolve the dependencies anew (needs uv)"
	@echo "make clean        remove environments, caches and out/"

.PHONY: env-demo env-studio env-test env-bench env-docs
env-demo:
	@"$(PYTHON)" tools/environment.py $(DEMO_ENV) $(USER_LOCK)
env-studio:
	@"$(PYTHON)" tools/environment.py $(STUDIO_ENV) $(STUDIO_LOCK)
env-test:
	@"$(PYTHON)" tools/environment.py $(TEST_ENV) $(DEV_LOCK)
env-docs:
	@"$(PYTHON)" tools/environment.py $(DOCS_ENV) $(DOCS_LOCK)
env-bench:
	@"$(PYTHON)" tools/environment.py $(BENCH_ENV) $(BENCH_LOCK)

.PHONY: demo
demo: env-demo
	$(DEMO_ENV)/bin/indexcalc market demo --out out/demo-market
	$(DEMO_ENV)/bin/indexcalc review kospi200 --market out/demo-market
	$(DEMO_ENV)/bin/indexcalc compute kospi200 --market out/demo-market --returns tr --out out/demo

# RULE=... names another rule, MARKET=... another market than the synthetic one.
RULE ?= kospi200-cap30
.PHONY: studio
studio: env-studio
	@mkdir -p out/rules
	@test -n "$(MARKET)" || test -d out/demo-market || \
	    $(STUDIO_ENV)/bin/indexcalc market demo --out out/demo-market
	$(STUDIO_ENV)/bin/indexcalc studio $(RULE) --market $(or $(MARKET),out/demo-market) --folder out/rules $(ARGS)

# ARGS="-k calendar -x" narrows a run; JOBS=0 runs the tests one after the other.
JOBS ?= auto
.PHONY: test
test: env-test
	$(TEST_PYTHON) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

.PHONY: lint
lint: env-test
	$(TEST_PYTHON) -m ruff check .
	$(TEST_PYTHON) -m ruff format --check .
	$(TEST_PYTHON) -m mypy --strict indexcalc
	$(TEST_ENV)/bin/lint-imports

# GALLERY= leaves out the ten reports, which take some minutes.
GALLERY ?= out/gallery-market
.PHONY: docs
docs: env-docs
	$(if $(GALLERY),test -d $(GALLERY) || $(DOCS_ENV)/bin/indexcalc market demo --out $(GALLERY))
	$(DOCS_ENV)/bin/python -m tools.docs_site $(if $(GALLERY),--gallery $(GALLERY))
	$(DOCS_ENV)/bin/zensical build --clean --strict
	@echo "out/site: serve it, for the search needs a server: $(DOCS_ENV)/bin/python -m http.server -d out/site"

.PHONY: bench
bench: env-bench
	$(BENCH_ENV)/bin/python -m benchmarks $(ARGS)

.PHONY: bench-smoke
bench-smoke: env-test
	$(TEST_PYTHON) -m benchmarks.smoke

# One resolution for every platform and every Python from 3.11 on; the later locks keep the pins of
# the user's.  UPGRADE=--upgrade takes newer releases.
UV_COMPILE = uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	--fork-strategy fewest --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
	--constraint requirements/limits.in $(UPGRADE) pyproject.toml requirements/build.in

.PHONY: lock
lock:
	$(UV_COMPILE) --output-file $(USER_LOCK)
	$(UV_COMPILE) --extra studio --constraint $(USER_LOCK) --output-file $(STUDIO_LOCK)
	$(UV_COMPILE) --extra dev --extra calendars --constraint $(USER_LOCK) --output-file $(DEV_LOCK)
	$(UV_COMPILE) --extra docs --constraint $(USER_LOCK) --output-file $(DOCS_LOCK)
	$(UV_COMPILE) --extra bench --extra fast --constraint $(USER_LOCK) --output-file $(BENCH_LOCK)
	@! grep -n -E '://|^ *-(i|f|-index-url|-extra-index-url|-find-links)|file:|@ ' \
	    requirements/*.txt || { echo "a lock names a host or a path"; exit 1; }

.PHONY: clean
clean:
	rm -rf $(DEMO_ENV) $(STUDIO_ENV) $(TEST_ENV) $(BENCH_ENV) $(DOCS_ENV) out dist .pytest_cache .mypy_cache .ruff_cache \
	    .hypothesis .benchmarks .import_linter_cache .grimp_cache
