"""An operation by rows: permission, key, refusal and trail of each row; and systems that act under grants."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass

import polars
import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from psycopg.pq import PipelineStatus

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Scope,
    UnableToKeepKeys,
    answer_rows,
    answers_to,
    ask_kept,
    audit_rows,
    before_leaving,
    claim_rows,
    keep_rows,
    operation,
    permitted_rows,
    permitted_scopes,
    release_rows,
    row_digests,
    scope_of,
    write_last,
)
from bangfu.foundation.operations.models import AuditEntry, RequestKey
from bangfu.foundation.operations.prepared import carry_out
from bangfu.foundation.operations.rows import Kept
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit, grant_role
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_system_account
from tests.cast import FOUNDED, Cast, enter_cast
from tests.conftest import pointing_at


@dataclass(frozen=True)
class Answered:
    """What a row was answered."""

    key: str
    code: str
    unit: int | None


@operation("tests.open_offices", scope=BY_ROWS)
def open_offices(*, frame: polars.DataFrame, act: Act) -> list[Answered]:
    """Open an office a row (``key``, ``unit``, ``code``), each row with an answer of its own."""
    rows = frame.with_columns(
        digest=row_digests(frame.drop("key")), allowed=permitted_rows(act, "tests.open_offices", frame)
    )
    allowed = rows.filter("allowed")
    claimed = allowed.join(
        claim_rows(allowed["key"], allowed["digest"], act=act), on="key", maintain_order="left"
    )
    first = claimed.filter(polars.col("standing") == "FIRST")
    taken = set(Unit.objects.filter(code__in=first["code"].to_list()).values_list("code", flat=True))
    refused = first.filter(polars.col("code").is_in(taken))
    release_rows(refused["key"], act=act)
    parents = {unit.pk: unit for unit in Unit.objects.filter(pk__in=first["unit"].to_list())}
    opened = {
        row["key"]: enter_unit(
            code=row["code"], name_zh="室", name_en="Office", kind=Unit.Kind.OFFICE, parent=parents[row["unit"]],
            place=None, starts_on=act.on,
        ).pk
        for row in first.filter(~polars.col("code").is_in(taken)).iter_rows(named=True)
    }  # fmt: skip
    done = first.filter(~polars.col("code").is_in(taken)).with_columns(
        made=polars.Series([opened[key] for key in first["key"] if key in opened], dtype=polars.Int64)
    )
    answer_rows(done["key"], done["made"], act=act)
    trail = done.select("key", "digest", "unit", object=polars.format("organisation.unit:{}", "made"))
    audit_rows(trail.to_dict(as_series=False))
    standing = {row["key"]: row for row in claimed.iter_rows(named=True)}

    def answer(key: str) -> Answered:
        row = standing.get(key)
        if row is None:
            return Answered(key, "out_of_scope", None)
        if row["standing"] == "AGAIN":
            return Answered(key, "", int(row["answer"]))
        if row["standing"] == "CLASH":
            return Answered(key, "key_reused", None)
        return Answered(key, "" if key in opened else "code_taken", opened.get(key))

    return [answer(key) for key in frame["key"]]


@operation("tests.open_one", scope=scope_of("parent"))
def open_one(*, parent: Unit, code: str, act: Act) -> Unit:
    """Open one office."""
    return enter_unit(
        code=code, name_zh="室", name_en="Office", kind=Unit.Kind.OFFICE, parent=parent, place=None, starts_on=act.on
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _clerks_may(monkeypatch: pytest.MonkeyPatch) -> None:
    from bangfu.foundation.organisation import permissions

    before = permissions.role_permissions
    names = frozenset({"tests.open_offices", "tests.open_one", "tests.last", "tests.sent_last"})
    monkeypatch.setattr(
        permissions, "role_permissions", lambda role: names if role == "clerk" else before(role)
    )


def frame(*rows: tuple[str, Unit, str]) -> polars.DataFrame:
    return polars.DataFrame(
        {"key": [r[0] for r in rows], "unit": [r[1].pk for r in rows], "code": [r[2] for r in rows]}
    )


def codes(answers: list[Answered]) -> list[str]:
    return [one.code for one in answers]


class TestRows:
    def test_each_row_has_its_own_permission_refusal_and_trail(self, cast: Cast) -> None:
        rows = frame(("a", cast.guizhou, "G1"), ("b", cast.yunnan, "Y1"), ("c", cast.guizhou, "P53"))
        answers = open_offices(frame=rows, act=cast.act(cast.clerk))
        assert codes(answers) == ["", "out_of_scope", "code_taken"]
        opened = Unit.objects.get(code="G1")
        assert not Unit.objects.filter(code="Y1").exists()
        whole = AuditEntry.objects.get(part_of=None)
        part = AuditEntry.objects.get(part_of=whole)
        assert (part.operation, part.actor, part.acted_at, part.request_key) == (
            "tests.open_offices", cast.clerk, cast.act(cast.clerk).at, "a",
        )  # fmt: skip
        assert part.objects_named == [f"organisation.unit:{opened.pk}"]
        assert part.scopes == [{"unit": cast.guizhou.pk, "place": None, "line": None}]
        assert part.payload_digest == row_digests(rows.drop("key").head(1))[0]

    def test_a_row_sent_again_is_answered_with_its_first_result(self, cast: Cast) -> None:
        first = open_offices(frame=frame(("a", cast.guizhou, "G1")), act=cast.act(cast.clerk))
        rows = frame(("b", cast.guizhou, "G2"), ("a", cast.guizhou, "G1"))
        again = open_offices(frame=rows, act=cast.act(cast.clerk))
        assert codes(again) == ["", ""]
        assert again[1] == first[0]
        assert Unit.objects.filter(code__startswith="G", parent=cast.guizhou).count() == 2
        assert AuditEntry.objects.exclude(part_of=None).count() == 2

    def test_a_key_used_for_another_row_is_refused(self, cast: Cast) -> None:
        open_offices(frame=frame(("a", cast.guizhou, "G1")), act=cast.act(cast.clerk))
        clash = open_offices(frame=frame(("a", cast.guizhou, "G2")), act=cast.act(cast.clerk))
        assert codes(clash) == ["key_reused"]
        assert not Unit.objects.filter(code="G2").exists()

    def test_a_refused_row_may_be_mended_and_sent_again(self, cast: Cast) -> None:
        refused = open_offices(frame=frame(("a", cast.guizhou, "P53")), act=cast.act(cast.clerk))
        mended = open_offices(frame=frame(("a", cast.guizhou, "G1")), act=cast.act(cast.clerk))
        assert codes([*refused, *mended]) == ["code_taken", ""]

    def test_the_same_key_of_another_actor_is_another_key(self, cast: Cast) -> None:
        open_offices(frame=frame(("a", cast.guizhou, "G1")), act=cast.act(cast.clerk))
        other = open_offices(frame=frame(("a", cast.yunnan, "Y1")), act=cast.act(cast.clerk_of_yunnan))
        assert codes(other) == [""]

    @pytest.mark.parametrize("keys", [("a", "a"), ("a", ""), ("a", "x" * 201)])
    def test_keys_are_given_and_differ(self, cast: Cast, keys: tuple[str, str]) -> None:
        rows = frame((keys[0], cast.guizhou, "G1"), (keys[1], cast.guizhou, "G2"))
        with pytest.raises(ValueError, match="request key"):
            open_offices(frame=rows, act=cast.act(cast.clerk))
        assert not RequestKey.objects.exists()

    def test_a_dry_run_keeps_neither_keys_nor_trail(self, own_database: str) -> None:
        cast = enter_cast()
        rows = frame(("a", cast.guizhou, "G1"))
        assert codes(open_offices(frame=rows, act=cast.act(cast.clerk).tried())) == [""]
        assert not RequestKey.objects.exists()
        assert not AuditEntry.objects.exists()
        assert codes(open_offices(frame=rows, act=cast.act(cast.clerk))) == [""]

    def test_ten_thousand_rows_take_as_many_statements_as_one(self, cast: Cast) -> None:
        @operation("tests.note_rows", scope=BY_ROWS)
        def note_rows(*, count: int, act: Act) -> int:
            """Claim, answer and audit rows that write nothing else."""
            rows = polars.DataFrame({"key": [f"k{n}" for n in range(count)], "unit": cast.guizhou.pk})
            rows = rows.with_columns(
                digest=row_digests(rows), object=polars.format("organisation.unit:{}", "unit")
            )
            permitted_rows(act, "tests.open_offices", rows)
            claim_rows(rows["key"], rows["digest"], act=act)
            answer_rows(rows["key"], rows["key"], act=act)
            audit_rows(rows.to_dict(as_series=False))
            return rows.height

        asked = []
        for actor, count in ((cast.clerk, 1), (cast.clerk_of_yunnan, 10_000)):
            with CaptureQueriesContext(connection) as statements:
                assert note_rows(count=count, act=cast.act(actor)) == count
            asked.append(len(statements))
        assert asked[0] == asked[1]

    def test_two_at_once_with_the_same_row_do_it_once(self, own_database: str) -> None:
        cast = enter_cast()
        rows, ready = frame(("a", cast.guizhou, "G1")), threading.Barrier(2)
        answers: list[Answered] = []

        def send() -> None:
            with pointing_at(own_database):
                ready.wait()
                answers.extend(open_offices(frame=rows, act=cast.act(cast.clerk)))

        threads = [threading.Thread(target=send) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers[0] == answers[1]
        assert answers[0].unit == Unit.objects.get(code="G1").pk


class TestSystems:
    """A system acts under grants like everybody: none opens nothing, one opens its scope only."""

    @pytest.fixture
    def robot(self, cast: Cast) -> Account:
        return open_system_account(username="robot", title="机器", act=cast.act(cast.administrator))

    def test_without_a_grant_it_does_nothing(self, cast: Cast, robot: Account) -> None:
        with pytest.raises(NotPermitted):
            open_one(parent=cast.guizhou, code="G1", act=cast.act(robot))
        assert codes(open_offices(frame=frame(("a", cast.guizhou, "G1")), act=cast.act(robot))) == [
            "out_of_scope"
        ]

    def test_with_one_it_is_held_to_its_scope(self, cast: Cast, robot: Account) -> None:
        grant_role(
            account=robot, role="clerk", unit=cast.guizhou, starts_on=FOUNDED, act=cast.act(cast.security)
        )
        assert open_one(parent=cast.guizhou, code="G1", act=cast.act(robot)).code == "G1"
        for parent in (cast.yunnan, cast.group):
            with pytest.raises(NotPermitted):
                open_one(parent=parent, code="X", act=cast.act(robot))
        rows = frame(("a", cast.guizhou, "G2"), ("b", cast.yunnan, "Y2"))
        assert codes(open_offices(frame=rows, act=cast.act(robot))) == ["", "out_of_scope"]

    def test_a_closed_one_does_nothing(self, cast: Cast, robot: Account) -> None:
        robot.is_active = False
        with pytest.raises(NotPermitted) as refused:
            open_one(parent=cast.guizhou, code="G1", act=cast.act(robot))
        assert refused.value.code == "account_closed"


class TestKeptBehindALock:
    def test_keys_are_looked_up_and_kept_with_their_answers(self, cast: Cast) -> None:
        keys, digests = ["a", "b"], ["1" * 64, "2" * 64]
        act = cast.act(cast.clerk)

        @operation("tests.kept", scope=BY_ROWS)
        def kept(*, act: Act) -> None:
            """Look keys up and keep them behind a lock of its own."""
            permitted_rows(act, "tests.kept", polars.DataFrame({"unit": [cast.guizhou.pk]}))
            assert ask_kept(keys, act=act)() == {}
            keep_rows(keys, digests, ["7", "8"], act=act)
            assert ask_kept([*keys, "c"], act=act)() == {"a": Kept("1" * 64, "7"), "b": Kept("2" * 64, "8")}

        kept(act=act)
        assert answers_to("tests.kept", ["a", "b", "c"], actor=act.actor.pk) == {"a": "7", "b": "8"}
        assert answers_to("tests.kept", ["a"], actor=cast.officer.pk) == {}

    @pytest.mark.parametrize("is_last", [False, True])
    def test_a_key_that_another_call_kept_meanwhile_is_refused_whole(
        self, cast: Cast, *, is_last: bool
    ) -> None:
        act = cast.act(cast.clerk)

        @operation("tests.clashing", scope=BY_ROWS)
        def clashing(*, keys: list[str], act: Act) -> None:
            """Keep keys that nobody looked for."""
            permitted_scopes(act, "tests.clashing", [Scope(cast.guizhou.pk)])
            kept = functools.partial(keep_rows, keys, ["1" * 64] * len(keys), ["7"] * len(keys), act=act)
            write_last(kept) if is_last else kept()

        clashing(keys=["a"], act=act)
        with pytest.raises(UnableToKeepKeys) as refused:
            clashing(keys=["b", "a"], act=act)
        assert refused.value.code == "asked_meanwhile"
        assert answers_to("tests.clashing", ["a", "b"], actor=act.actor.pk) == {"a": "7"}


class TestWrittenLast:
    """What waits for the trail is written with it, once, and stands or falls with the operation."""

    @staticmethod
    def _declare(*, checked: list[int] | None = None, breaks: bool = False) -> Callable[..., int]:
        @operation("tests.last", scope=scope_of("unit"))
        def last(*, unit: Unit, act: Act) -> int:
            """Keep a key at the end; its own function does not see it."""
            write_last(lambda: keep_rows(["late"], ["1" * 64], ["7"], act=act))
            if breaks:
                write_last(
                    lambda: carry_out("INSERT INTO operations_requestkey (actor_id) VALUES (NULL)", [])
                )
            if checked is not None:
                before_leaving(lambda: checked.append(RequestKey.objects.filter(key="late").count()))
            return RequestKey.objects.filter(key="late").count()

        return last

    def test_it_is_there_afterwards_and_not_before(self, cast: Cast) -> None:
        assert self._declare()(unit=cast.guizhou, act=cast.act(cast.clerk)) == 0
        assert RequestKey.objects.filter(key="late").count() == 1
        assert AuditEntry.objects.filter(operation="tests.last").count() == 1

    def test_checks_see_it(self, cast: Cast) -> None:
        checked: list[int] = []
        assert self._declare(checked=checked)(unit=cast.guizhou, act=cast.act(cast.clerk)) == 0
        assert checked == [1]
        assert RequestKey.objects.filter(key="late").count() == 1

    def test_what_it_is_refused_for_leaves_nothing(self, cast: Cast) -> None:
        last = self._declare(breaks=True)
        with pytest.raises(IntegrityError):
            last(unit=cast.guizhou, act=cast.act(cast.clerk))
        assert not RequestKey.objects.exists()
        assert not AuditEntry.objects.filter(operation="tests.last").exists()

    def test_a_trial_writes_nothing(self, cast: Cast) -> None:
        self._declare()(unit=cast.guizhou, act=cast.act(cast.clerk).tried())
        assert not RequestKey.objects.exists()

    def test_it_is_sent_together_with_the_trail(self, cast: Cast) -> None:
        found: list[PipelineStatus] = []

        @operation("tests.sent_last", scope=scope_of("unit"))
        def last(*, unit: Unit, act: Act) -> None:
            """Note in which mode the connection is at the end."""
            write_last(lambda: found.append(connection.connection.pgconn.pipeline_status))

        last(unit=cast.guizhou, act=cast.act(cast.clerk))
        assert found == [PipelineStatus.ON]

    def test_outside_an_operation_there_is_no_end(self) -> None:
        with pytest.raises(RuntimeError, match="inside an operation"):
            write_last(lambda: None)
