"""The toy room and a rule of the tests' own stand for the length of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bangfu.foundation.findings import register
from tests.foundation.findings.acting import RULE
from tests.foundation.review.toys import toys_entered


@pytest.fixture(autouse=True)
def _toys() -> Iterator[None]:
    with toys_entered():
        register.enter_rule(RULE)
        try:
            yield
        finally:
            register._rules.pop(RULE.code)
