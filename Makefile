# Two commands do everything on a fresh machine: `make demo` and `make test`.
# They need Python 3.11 or later with its venv module, and the package registries the first time.

PYTHON ?= python3
VENV := .venv
INSTALLED := $(VENV)/installed
# One more than there are cores: the tests on the embedded stack wait more than they compute.
WORKERS = $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) + 1))")
TOOLS := $(CURDIR)/$(VENV)/tools
ASYNCAPI := deploy/tools/asyncapi/node_modules

.PHONY: demo test outages clients lint types contracts release-schemas unit broker chaos soak fuzz audit docs tutorial golden asyncapi bench-replay bench-sink dashboards dashboards-lint dashboards-png watch manifests tools picture lock clean help compare-figures

demo: $(INSTALLED)  ## the seed article through Kafka, and what came out of it
	@$(VENV)/bin/streams demo

test: $(INSTALLED) $(ASYNCAPI) lint types contracts  ## lint, types, and all tests but the long ones (`outages`, `chaos`, `soak`, `fuzz`)
	$(VENV)/bin/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore=tests/broker/test_dependencies_away.py --ignore=tests/broker/test_tutorial.py --ignore=tests/clients

outages: $(INSTALLED)  ## broker, registry and disk missing at start, going away and coming back (five minutes; see docs/dependencies-away.md)
	$(VENV)/bin/pytest tests/broker/test_dependencies_away.py

clients: $(INSTALLED)  ## build docs/clients and run them against the embedded stack, each language that is installed (see docs/clients)
	$(VENV)/bin/mypy --strict docs/clients/python
	$(VENV)/bin/pytest tests/clients -rs

lint: $(INSTALLED)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(INSTALLED)
	$(VENV)/bin/mypy

contracts: $(INSTALLED)  ## what the schemas would break, and for whom
	$(VENV)/bin/streams schemas check --no-registry

release-schemas: $(INSTALLED) contracts  ## keep this version's schemas for good: make release-schemas VERSION=0.2.0
	@test -n "$(VERSION)" -a ! -e "schemas/released/$(VERSION)" || { echo "name a version that is not released: VERSION=0.2.0" >&2; exit 2; }
	mkdir schemas/released/$(VERSION)
	cp schemas/*.avsc schemas/released/$(VERSION)/
	cd schemas/released && sha256sum */*.avsc > SHA256SUMS

unit: $(INSTALLED)  ## the tests that need no broker
	$(VENV)/bin/pytest tests/unit

broker: $(INSTALLED)  ## the tests on the embedded stack
	$(VENV)/bin/pytest tests/broker

chaos: $(INSTALLED)  ## faults against a real Kafka and real workers, every record counted (40 minutes; see docs/chaos.md)
	$(VENV)/bin/python -m tests.chaos --record

soak: $(INSTALLED)  ## 50,000 articles through one worker: its memory (25 minutes at most)
	$(VENV)/bin/python -m tests.chaos.soak --record

fuzz: $(INSTALLED)  ## a million inputs to decoding, figures and times (10 minutes)
	$(VENV)/bin/python -m tests.fuzz --record

bench-replay: $(INSTALLED)  ## articles a second, memory, kills and live latency of a replay (a quarter of an hour; kcat is measured beside it)
	$(VENV)/bin/python -m tests.benchmarks.replay $(PARTS)

bench-sink: $(INSTALLED)  ## events a second into PostgreSQL and DuckDB, two sinks at once, and counts after kills (three minutes)
	$(VENV)/bin/python -m tests.benchmarks.sink

audit: $(INSTALLED)  ## known vulnerabilities of what is depended on; asks PyPI, or OSV with ADVISORIES=osv
	@test -x $(VENV)/audit/bin/pip-audit || { $(PYTHON) -m venv $(VENV)/audit && $(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; }
	$(VENV)/audit/bin/pip-audit --strict --vulnerability-service $(or $(ADVISORIES),pypi) --require-hashes --disable-pip --requirement requirements.lock

asyncapi: $(INSTALLED) $(ASYNCAPI)  ## write docs/asyncapi.yaml anew, and hold it against AsyncAPI's own parser
	$(VENV)/bin/pytest tests/unit/test_asyncapi.py --update-golden

$(ASYNCAPI): $(dir $(ASYNCAPI))package-lock.json
	@npm ci --prefix $(dir $@) --ignore-scripts --no-audit --no-fund --silent && touch $@ || echo "SKIPPED: AsyncAPI's parser (npm is missing, or got nothing)" >&2

bench: $(VENV)/compared  ## how fast, beside bare spaCy and others (a quarter of an hour): make bench ARTICLES=real.jsonl QUICK=1
	$(VENV)/bin/python -m tests.benchmarks.speed $(if $(ARTICLES),--articles $(ARTICLES)) $(if $(QUICK),--quick) --out $(VENV)/bench.json

bench-gate: $(INSTALLED)  ## fails when enriching has become slower beside bare spaCy
	$(VENV)/bin/python -m tests.benchmarks.gate

tutorial: $(INSTALLED)  ## run the commands of docs/tutorial.md, on an embedded stack of their own
	$(VENV)/bin/pytest tests/broker/test_tutorial.py

docs: $(VENV)/documented  ## the site, in .venv/site, with every link checked
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build --strict --quiet

$(VENV)/documented: requirements-docs.lock $(INSTALLED)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-docs.lock
	@touch $@

golden: $(INSTALLED)  ## write the golden files anew, for a look at `git diff`
	$(VENV)/bin/pytest tests/unit --update-golden

compare-figures: $(VENV)/compared  ## our grammar of figures beside two others, and on a public specification
	$(VENV)/bin/python -m tests.comparison.figures

$(VENV)/compared: requirements-compare.lock $(INSTALLED)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-compare.lock
	@touch $@

# The stamp comes last, so that an interrupted installation is done again.
$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name it with make PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv" >&2; exit 1; }
	@echo "installing into $(VENV) (once, some minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

dashboards: $(INSTALLED)  ## write dashboards and rules anew from deploy/observability
	$(VENV)/bin/python -m deploy.observability.generate

watch: $(INSTALLED) tools  ## real pipeline, Prometheus, Alertmanager and faults: every panel shows data, every alert fires (13 minutes)
	$(VENV)/bin/python -m deploy.observability.live --report $(VENV)/watch-report.json --data $(VENV)/watch-data.json

dashboards-lint: $(INSTALLED) tools  ## Grafana's dashboard-linter, and pint for the rules
	@PATH="$(TOOLS)/bin:$$PATH" deploy/tools/lint.sh

dashboards-png: $(INSTALLED) tools  ## draw docs/dashboards from what `make watch` saw
	$(VENV)/bin/python -m deploy.observability.draw_dashboards $(VENV)/watch-data.json

manifests: $(INSTALLED) tools  ## hold deploy/kubernetes, Dockerfile and compose file against schemas and good practice
	@PATH="$(TOOLS)/bin:$$PATH" $(TOOLS)/bin/python deploy/kubernetes/validate.py

tools: $(INSTALLED)  ## what `watch`, `dashboards-lint`, `dashboards-png` and `manifests` need: Debian's packages (as root), Go's, Python's
	@deploy/tools/install.sh $(TOOLS)

picture: $(INSTALLED)  ## draw docs/demo.svg anew
	$(VENV)/bin/python deploy/draw_demo.py

lock: $(INSTALLED)  ## resolve anew what is depended on, with hashes
	$(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet uv==0.13.9
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --extra test --output-file requirements-dev.lock pyproject.toml
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --constraint requirements-dev.lock --output-file requirements.lock pyproject.toml
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --group compare --constraint requirements-dev.lock --output-file requirements-compare.lock
	$(VENV)/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --group docs --constraint requirements-dev.lock --output-file requirements-docs.lock
	$(VENV)/bin/python deploy/lock_jars.py

clean:  ## remove what the other targets made here
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache

help:
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1\t\2/p' $(MAKEFILE_LIST)
