"""Sends old articles through the pipeline again, beside live traffic, so that a careful operator can trust it.

A `Source` (`sources.py`) cuts an archive or a range of a topic into chunks; `work.py` turns a chunk into records, in one process or
several (`lanes.py`); `plan.py` reads all of it and counts; `execution.py` reads it again and sends, held back by `pace.py`, noting in the
run's folder (`runs.py`) what the broker has acknowledged; `verification.py` proves that nothing is missing downstream.
"""
