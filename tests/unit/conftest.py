from __future__ import annotations

import pytest

from streams.extraction.pipeline import Extractor
from streams.settings import Settings
from tests.identity.measure import Report, read_reports


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor(Settings.model_fields["model"].default)


@pytest.fixture(scope="session")
def reports(extractor: Extractor) -> list[Report]:
    """The groups of `tests/identity`, extracted."""
    return read_reports(extractor)
