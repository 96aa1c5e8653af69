from __future__ import annotations

import pytest

from streams.extraction.pipeline import Extractor
from streams.settings import Settings


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    return Extractor(Settings.model_fields["model"].default)
