"""Dashboards, rules and objectives as code: what `deploy/prometheus` and `deploy/grafana` are generated from, by `make dashboards`."""
