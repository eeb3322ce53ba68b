"""Acts: who, when, under which request key."""

import pytest

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account


class TestNow:
    @pytest.mark.parametrize("key", ["k" * 5000, "k\x00", "\ud800"])
    def test_keeps_any_key_that_a_caller_sends(self, key: str) -> None:
        act = Act.now(Account(), key=key)
        assert act.key is not None
        assert len(act.key) == 64
        assert act.key == Act.now(Account(), key=key).key

    def test_keeps_an_ordinary_key_as_it_is(self) -> None:
        assert Act.now(Account(), key="6f1e").key == "6f1e"
        assert Act.now(Account()).key is None
