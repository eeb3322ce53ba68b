"""What rooms say to Today, before anybody gathers it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from bangfu.foundation.rooms import (
    Change,
    RoomDeclaration,
    Wait,
    Waiting,
    Wing,
    both,
    changes,
    counted,
    register,
    waits,
)
from bangfu.foundation.rooms.moments import read_moment, write_moment

TODAY = date(2020, 7, 31)


def line(what: str, **said: object) -> Waiting:
    return Waiting(what=both(what, what), count=1, address="/", **said)


class TestWaiting:
    def test_what_is_overdue_comes_first_then_by_due_day_then_by_age(self) -> None:
        lines = [
            line("new"),
            line("old", since=date(2020, 7, 1)),
            line("due", due_on=date(2020, 8, 9)),
            line("soon", due_on=date(2020, 8, 1)),
            line("late", due_on=date(2020, 7, 30), overdue=1),
            line("later", due_on=date(2020, 7, 2), overdue=1),
        ]
        ordered = [one.what.en for one in sorted(lines, key=lambda one: one.urgency)]
        assert ordered == ["later", "late", "soon", "due", "old", "new"]

    def test_is_about_something(self) -> None:
        with pytest.raises(ValueError, match="nothing is counted"):
            Waiting(what=both("核验", "Verify"), count=0, address="/")


class TestRegister:
    def room(self, code: str, waiting: str) -> RoomDeclaration:
        wait = Wait(waiting, "list", frozenset(), lambda account, on: [])
        change = Change(f"{waiting}.changed", "list", frozenset(), lambda account, since, on: [])
        title = both(code, code)
        return RoomDeclaration(code, Wing.GIVING, title, "list", title, waits=(wait,), changes=(change,))

    def test_gathers_what_rooms_say_in_their_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(register, "_register", register._Register())
        register.enter(self.room("one", "one.things"))
        register.enter(self.room("two", "two.things"))
        assert [one.code for one in waits()] == ["one.things", "two.things"]
        assert [one.code for one in changes()] == ["one.things.changed", "two.things.changed"]

    def test_refuses_a_name_that_another_room_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(register, "_register", register._Register())
        register.enter(self.room("one", "one.things"))
        with pytest.raises(ValueError, match="under a name that is taken"):
            register.enter(self.room("two", "one.things"))
        assert [one.code for one in waits()] == ["one.things"]

    def test_every_wait_of_the_house_has_permissions_that_exist(self) -> None:
        from bangfu.foundation.operations import operations

        known = set(operations()) | {name for role in register.roles().values() for name in role.permissions}
        for one in (*waits(), *changes()):
            assert one.permissions <= known, one.code
            assert one.code.partition(".")[0] in {room.code for room in register.rooms()}


class TestMoments:
    def test_a_day_is_its_midnight_in_the_house(self) -> None:
        midnight = timezone.make_aware(datetime(2020, 7, 31))
        assert read_moment("2020-07-31") == midnight
        assert write_moment(midnight) == "2020-07-31"

    def test_a_moment_comes_back_as_it_was(self) -> None:
        moment = datetime(2020, 7, 31, 1, 2, 3, 456789, tzinfo=UTC)
        assert read_moment(write_moment(moment)) == moment
        assert read_moment(write_moment(moment + timedelta(days=1))) != moment

    @pytest.mark.parametrize("text", ["", "soon", "2020-13-01", "9999-12-31T99", "2020-07-31x"])
    def test_anything_else_is_none(self, text: str) -> None:
        assert read_moment(text) is None


def test_counted_has_one_in_english() -> None:
    said = [counted("{count} 天", "{count} days", "{count} day", count=count) for count in (1, 2)]
    assert [(one.zh, one.en) for one in said] == [("1 天", "1 day"), ("2 天", "2 days")]
