#!/usr/bin/env bash
# Installs what the checks of deploy/ need, into the folder that is named; what cannot be had is told, and its checks are skipped.
set -uo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
tools="$1"

if ! { command -v promtool && command -v amtool && command -v prometheus && command -v chromium; } >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq prometheus prometheus-alertmanager chromium >/dev/null || echo "SKIPPED: Debian's packages" >&2
  else
    echo "SKIPPED: prometheus, prometheus-alertmanager and chromium (only root on Debian can install them)" >&2
  fi
fi

[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt" || echo "SKIPPED: $here/requirements.txt" >&2

if command -v go >/dev/null; then
  while read -r folder package; do
    [ -x "$tools/bin/$folder" ] && continue
    echo "building $folder"
    (cd "$here/$folder" && GOFLAGS=-mod=mod go build -o "$tools/bin/$folder" "$package") || echo "SKIPPED: $folder" >&2
  done <<'LIST'
dashboard-linter github.com/grafana/dashboard-linter
pint github.com/cloudflare/pint/cmd/pint
kube-score github.com/zegl/kube-score/cmd/kube-score
LIST
else
  echo "SKIPPED: dashboard-linter, pint, kube-score (Go builds them)" >&2
fi
exit 0
