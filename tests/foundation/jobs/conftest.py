"""The toy room and its jobs."""

from collections.abc import Iterator

import pytest

from bangfu.foundation.rooms import RoomDeclaration
from tests.foundation.jobs.toy import toy_room


@pytest.fixture
def toy() -> Iterator[RoomDeclaration]:
    """The toy room, known as long as the test lasts."""
    with toy_room() as room:
        yield room
