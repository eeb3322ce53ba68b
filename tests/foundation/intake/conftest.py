"""The toy room, and evidence that no test shares."""

from collections.abc import Iterator

import pytest

from bangfu.foundation.intake.layouts import Layout
from tests.foundation.intake.toy import toy_room


@pytest.fixture
def toy() -> Iterator[Layout]:
    """The toy room's layout, known as long as the test lasts."""
    with toy_room() as layout:
        yield layout
