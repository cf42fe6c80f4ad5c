.DEFAULT_GOAL := help
.PHONY: help run test check prove bench coverage package clean

help: ## show this
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## start the whole contact centre on this machine; CARRIER=asterisk with a real Asterisk
	@tools/ready
	@.venv/bin/python -m local.run

test: ## set up everything and pass every test
	@tools/test

check: ## read the code without running it: style, types, storeys, spelling, dependencies
	@tools/check

prove: ## take all deaths, days and meetings that `make test` takes a sample of, for MINUTES=10; STORY="..." plays one again, FAULTS=1 proves the net; CARRIER=asterisk plays every scenario on a real one, with DAY=frozen CALLS=24 a bad day
	@tools/prove $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED)) $(if $(STORY),--story "$(STORY)") $(if $(FAULTS),--faults)

bench: ## print what things cost, against their budgets
	@tools/ready
	@ICALL_BROWSER=$$(tools/browser || true) .venv/bin/python -m benchmarks

coverage: ## run the tests and show which branches none of them takes
	@tools/setup
	@.venv/bin/coverage run -m pytest -q -p no:xdist && .venv/bin/coverage report --skip-covered

package: ## make what an AWS account deploys: build/package, and the pages for ./icall pages publish
	@tools/setup
	@tools/web
	@.venv/bin/python -m infra.package build/package

clean: ## forget the laptop's data, the virtual environment and everything made
	rm -rf .venv .local build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
