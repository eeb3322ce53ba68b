"""The toy room."""

from collections.abc import Iterator

import pytest

from bangfu.foundation.rooms import RoomDeclaration
from tests.foundation.notices.toy import toy_room


@pytest.fixture(autouse=True)
def toy() -> Iterator[RoomDeclaration]:
    """The toy room, known as long as the test lasts."""
    with toy_room() as room:
        yield room
