"""What holds of everything that is saved by its owner, revised and withdrawn: tables and charts alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.operations.models import AuditEntry
from tests.cast import NOW, Cast


@dataclass(frozen=True)
class Kept:
    """One kind of thing that is saved: what it is made of, and a question that it may ask."""

    name: str
    """``table``, ``chart``: of the field by which versions name it, too."""
    thing: Any
    version: Any
    withdrawal: Any
    read_by: Callable[..., Any]
    save: Callable[..., Any]
    revise: Callable[..., Any]
    withdraw: Callable[..., Any]
    question: dict[str, list[str]]

    def saved(self, cast: Cast, **changes: Any) -> Any:
        """Save one for the group's officer and return its first version."""
        given: dict[str, Any] = {
            "unit": cast.group, "name_zh": " 各省基站 ", "name_en": "", "question": self.question, "is_shared": False,
            "act": cast.act(cast.officer),
        }  # fmt: skip
        return self.save(**{**given, **changes})

    def of(self, version: Any) -> Any:
        """Return the thing of a version."""
        return getattr(version, self.name)

    def new(self, cast: Cast) -> Any:
        """Save one and return it."""
        return self.of(self.saved(cast))

    def revised(self, cast: Cast, thing: Any, **changes: Any) -> Any:
        """Save the next version of one."""
        given: dict[str, Any] = {
            self.name: thing, "name_zh": "各市基站", "name_en": "Stations", "is_shared": True,
            "question": {**self.question, "level": ["2"]}, "act": cast.act(cast.officer),
        }  # fmt: skip
        return self.revise(**{**given, **changes})

    def withdrawn(self, cast: Cast, thing: Any, **changes: Any) -> Any:
        """Withdraw one."""
        return self.withdraw(**{self.name: thing, "act": cast.act(cast.officer), **changes})

    def refuses(self, code: str, call: Callable[[], object]) -> None:
        """Check that a call is refused with a code."""
        with pytest.raises(Refusal) as refused:
            call()
        assert (refused.value.code, isinstance(refused.value, NotPermitted)) == (code, False)


class Saves:
    """Saving: the question is kept and no number."""

    kept: ClassVar[Kept]

    def test_keeps_the_question_and_no_number(self, cast: Cast) -> None:
        version = self.kept.saved(cast)
        assert (version.number, version.name_zh, version.name.en) == (1, "各省基站", "各省基站")
        assert version.question == {**self.kept.question, "level": ["1"]}
        assert (self.kept.of(version).owner, version.saved_at) == (cast.officer, NOW)
        name = self.kept.name
        assert AuditEntry.objects.filter(operation=f"{name}s.save_{name}").count() == 1

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"name_zh": "  "}, "name_missing"),
            ({"name_zh": "长" * 121}, "name_too_long"),
            ({"question": {"indicator": ["no.such"]}}, "unknown_indicator"),
        ],
    )
    def test_refuses_what_asks_nothing(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        self.kept.refuses(code, lambda: self.kept.saved(cast, **changes))
        assert not self.kept.thing.objects.exists()

    def test_is_for_whoever_sees_figures_there(self, cast: Cast) -> None:
        for account in (cast.officer, cast.verifier, cast.auditor, cast.clerk):
            self.kept.saved(cast, act=cast.act(account))
        for account in (cast.outsider, cast.county_official, cast.administrator):
            with pytest.raises(NotPermitted):
                self.kept.saved(cast, act=cast.act(account))
        there = {**self.kept.question, "place": ["522327"]}
        self.kept.saved(cast, act=cast.act(cast.county_official), question=there)
        assert self.kept.thing.objects.count() == 5

    def test_once_under_one_key(self, cast: Cast) -> None:
        first = self.kept.saved(cast, act=cast.act(cast.officer, key="a"))
        assert self.kept.saved(cast, act=cast.act(cast.officer, key="a")) == first
        assert self.kept.thing.objects.count() == 1


class Revises:
    """Revising: the version before stays."""

    kept: ClassVar[Kept]

    def test_keeps_the_version_before(self, cast: Cast) -> None:
        thing = self.kept.new(cast)
        self.kept.revised(cast, thing)
        told = [(one.number, one.name.en, one.question["level"]) for one in thing.versions.order_by("number")]
        assert told == [(1, "各省基站", ["1"]), (2, "Stations", ["2"])]

    def test_refuses_another_and_what_was_withdrawn(self, cast: Cast) -> None:
        thing = self.kept.new(cast)
        self.kept.refuses("not_yours", lambda: self.kept.revised(cast, thing, act=cast.act(cast.verifier)))
        self.kept.refuses("name_missing", lambda: self.kept.revised(cast, thing, name_zh=""))
        self.kept.withdrawn(cast, thing)
        self.kept.refuses("withdrawn", lambda: self.kept.revised(cast, thing))
        assert thing.versions.count() == 1

    def test_the_database_keeps_versions_in_order(self, cast: Cast) -> None:
        named = {self.kept.name: self.kept.new(cast)}
        again = {
            **named, "name_zh": "x", "question": {}, "is_shared": False, "saved_by": cast.officer, "saved_at": NOW,
        }  # fmt: skip
        with system_writes("a test"):
            with pytest.raises(IntegrityError, match="follow each other"), transaction.atomic():
                self.kept.version.objects.create(number=3, **again)
            self.kept.withdrawal.objects.create(**named, withdrawn_by=cast.officer, withdrawn_at=NOW)
            with pytest.raises(IntegrityError, match="withdrawn"), transaction.atomic():
                self.kept.version.objects.create(number=2, **again)

    def test_once_under_one_key(self, cast: Cast) -> None:
        thing = self.kept.new(cast)
        for _ in range(2):
            self.kept.revised(cast, thing, act=cast.act(cast.officer, key="b"))
        assert thing.versions.count() == 2


class Withdraws:
    """Withdrawing: off the list, and kept."""

    kept: ClassVar[Kept]

    def test_takes_it_from_the_list_and_keeps_it(self, cast: Cast) -> None:
        self.kept.withdrawn(cast, self.kept.new(cast))
        assert not self.kept.read_by(cast.officer, timezone.localdate()).exists()
        assert self.kept.version.objects.count() == 1

    def test_refuses_another_and_a_second_time(self, cast: Cast) -> None:
        thing = self.kept.new(cast)
        self.kept.refuses("not_yours", lambda: self.kept.withdrawn(cast, thing, act=cast.act(cast.auditor)))
        with pytest.raises(NotPermitted):
            self.kept.withdrawn(cast, thing, act=cast.act(cast.outsider))
        self.kept.withdrawn(cast, thing)
        self.kept.refuses("withdrawn", lambda: self.kept.withdrawn(cast, thing))
        assert self.kept.withdrawal.objects.count() == 1

    def test_once_under_one_key(self, cast: Cast) -> None:
        thing = self.kept.new(cast)
        for _ in range(2):
            self.kept.withdrawn(cast, thing, act=cast.act(cast.officer, key="c"))
        assert self.kept.withdrawal.objects.count() == 1


class Reads:
    """Reading: one's own, and what is shared where one sees figures."""

    kept: ClassVar[Kept]

    def test_ones_own_and_what_is_shared_where_one_sees_figures(self, cast: Cast) -> None:
        own = self.kept.saved(cast, name_zh="自己的")
        shared = self.kept.saved(cast, name_zh="共享的", is_shared=True)
        of_guizhou = self.kept.saved(
            cast, name_zh="贵州的", is_shared=True, unit=cast.guizhou, act=cast.act(cast.clerk)
        )
        on = timezone.localdate()

        def read(account: Any) -> set[Any]:
            return set(self.kept.read_by(account, on))

        assert read(cast.officer) == {own, shared, of_guizhou}
        assert read(cast.auditor) == {shared, of_guizhou}
        assert read(cast.outsider) == set()
