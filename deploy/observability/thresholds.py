"""The numbers that alerts and dashboards share, so that a red line in a panel is where an alert fires."""

from __future__ import annotations

GROUP = "streams"
ARTICLES = "articles"
RUNBOOKS = "https://runbooks.example.org/news-event-streams"
"""Where `docs/runbooks` is served to the people on call: set it to your own address and run `make dashboards`."""

FRESHNESS_SECONDS = 60
FRESHNESS_OBJECTIVE = 0.99
CORRECTNESS_OBJECTIVE = 0.995
OUR_FAULT = "timeout|crash|encode|error"
"""Reasons of dead letters that are ours; `decode` and `validation` are their producers'."""

FEWEST_BAD = 5
"""Bad articles in an hour below which no budget burns: at night one in ten is a single article."""

LAG_WARNING_SECONDS = 300
LAG_CRITICAL_SECONDS = 1800
HEARTBEAT_SECONDS = 300
RETENTION_MARGIN = 0.1
POOL_UTILISATION = 0.9
MEMORY_SHARE = 0.9
REGISTRY_ERROR_SHARE = 0.05
EVENT_LOOP_SECONDS = 1.0
