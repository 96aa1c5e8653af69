#!/usr/bin/env bash
# Grafana's dashboard-linter over every dashboard, pint over the rules.
set -uo pipefail
cd "$(dirname "$0")/../.."
status=0
if command -v dashboard-linter >/dev/null; then
  for board in deploy/grafana/dashboards/*.json; do
    if dashboard-linter lint --strict "$board" >/tmp/lint.$$ 2>&1; then echo "$board: clean"; else cat /tmp/lint.$$; status=1; fi
  done
  rm -f /tmp/lint.$$
else
  echo "SKIPPED: dashboard-linter is not installed (make tools)" >&2
fi
if command -v pint >/dev/null; then
  pint --offline --no-color --log-level WARN --config deploy/observability/pint.hcl lint --min-severity warning --fail-on warning deploy/prometheus/rules && echo "rules: clean" || status=1
else
  echo "SKIPPED: pint is not installed (make tools)" >&2
fi
exit $status
