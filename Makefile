# What one does with this project; each word is one line, `make` alone shows them.
PYTHON ?= python3
PORT ?= 8550
BIN := .venv/bin
OWN ?=
export OWN NO_MKDOCS_2_WARNING := 1

help:
	@echo 'make serve   build everything and serve the site on 127.0.0.1'
	@echo 'make test    the same plus a browser, then every test'
	@echo 'make site | release | check | bench | lab | redos | sources | lock'

serve: site
	@$(BIN)/python -m explainer.build serve --port $(PORT)

site: .venv/ready
	@$(BIN)/python -m explainer.build site

# The site with a `.br` and a `.gz` beside each file.
release: site
	@$(BIN)/python -m explainer.build compress

# Two halves side by side, for two cores: those that look at the built site, and all others.
test: .venv/ready tools
	@mkdir -p build; $(BIN)/python -m pytest -m site >build/test-site.log 2>&1 & site=$$!; \
	$(BIN)/python -m pytest -m 'not site'; rest=$$?; wait $$site; site=$$?; cat build/test-site.log; exit $$((rest | site))

check: .venv/ready
	@$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy && $(BIN)/python -m explainer.build check

# How often the classifier is right, by format and by layer, how long it takes; the site's build against hand-written pages; the
# explainer's page against one of stock Pyodide (some ten minutes; Firefox and WebKitGTK where installed); Lighthouse.
bench: release
	@$(BIN)/python -m tests.bench && $(BIN)/python -m tests.bench_site && $(BIN)/python -m tests.bench_page && $(BIN)/python -m tests.bench_lighthouse

# Real servers, broken on purpose: what they send and log, against the corpus. `make lab ARGS='--write nginx'` records.
# What is not on PyPI or npm is left out where it is missing: apt-get install nginx haproxy apache2 varnish squid lighttpd h2o
# nghttp2-proxy trafficserver php-fpm tomcat10 uwsgi-plugin-python3 puma
lab: .venv/ready build/lab/ready
	@PATH="$(CURDIR)/build/lab/venv/bin:$$PATH" NODE_PATH=$(CURDIR)/build/lab/node_modules $(BIN)/python -m tests.lab $(ARGS)

build/lab/ready: requirements/lab.txt tests/lab/package-lock.json
	@$(PYTHON) -m venv build/lab/venv && cp tests/lab/package*.json build/lab
	@build/lab/venv/bin/pip install --quiet --require-hashes -r requirements/lab.txt
	@npm ci --prefix build/lab --ignore-scripts --no-audit --no-fund --silent
	@touch $@

# Sources that nobody has read for a year; `make sources ARGS=--links` asks each address too.
sources: .venv/ready
	@$(BIN)/python -m explainer.build sources $(ARGS)

# Every pattern through recheck.
redos: .venv/ready
	@$(BIN)/python -m tests.redos

.venv/ready: requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# Browsers, the servers that the tests break on purpose, and the programs that watch them; from the system's packages where one is missing.
tools:
	@for tool in $${CHROMIUM:-chromium} nginx apache2 haproxy varnishd caddy curl openssl promtool amtool prometheus-blackbox-exporter mtail firefox-esr WebKitWebDriver xvfb-run; do command -v $$tool >/dev/null || missing=1; done; \
	test -z "$$missing" || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium nginx-light apache2-bin haproxy varnish caddy curl openssl prometheus prometheus-alertmanager prometheus-blackbox-exporter mtail firefox-esr webkit2gtk-driver xvfb xauth >/dev/null; }

# Needs uv (`pip install uv`). The lock files carry hashes and no addresses.
lock:
	@for group in dev:'pyproject.toml --group site --group test' browser:'--group browser' node:'--group node' lab:'--group lab'; do uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 $${group#*:} -o requirements/$${group%%:*}.txt; done

.PHONY: help serve site release test check bench lab redos sources tools lock
