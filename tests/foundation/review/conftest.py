"""The toy room stands for the length of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.foundation.review.toys import toys_entered


@pytest.fixture(autouse=True)
def _toys() -> Iterator[None]:
    with toys_entered():
        yield
