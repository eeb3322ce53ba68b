"""The toy room stands for the length of each test, over an evidence folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.foundation.review.toys import toys_entered


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """The evidence folder of the test, with the toy room entered."""
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    settings.VAR = tmp_path
    with toys_entered():
        yield tmp_path / "evidence"
