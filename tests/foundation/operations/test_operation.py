"""What every operation has around it, on a toy operation that opens a unit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from bangfu.foundation.operations import (
    BY_ROWS,
    OWN,
    Act,
    NotPermitted,
    Refusal,
    Scope,
    inside_operation,
    on_commit,
    operation,
    permitted_rows,
    scope_of,
    system_writes,
)
from bangfu.foundation.operations.expiry import forget_old_requests
from bangfu.foundation.operations.guard import WriteOutsideOperation
from bangfu.foundation.operations.models import AuditEntry, RequestKey
from bangfu.foundation.operations.payload import digest_of, references_in, restored, stored
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from tests.cast import FOUNDED, GUIZHOU, NOW, Cast, enter_cast
from tests.conftest import pointing_at

effects: list[str] = []


class UnableToTry(Refusal):
    """Codes: ``no``."""

    sentences = {"no": both("不行：{why}。", "No: {why}.")}


@operation("tests.open_office", scope=scope_of("parent"))
def open_office(*, parent: Unit, code: str, act: Act, refuse: bool = False) -> Unit:
    """Open an office below a unit, or refuse after writing."""
    unit = enter_unit(
        code=code,
        name_zh=code,
        name_en=code,
        kind=Unit.Kind.OFFICE,
        parent=parent,
        place=None,
        starts_on=act.on,
    )
    on_commit(lambda: effects.append(code))
    if refuse:
        raise UnableToTry("no", why="试")
    return unit


@dataclass(frozen=True)
class Opened:
    """Records among plain values."""

    unit: Unit
    others: list[Unit]
    code: str
    count: int | None
    anything: object


@operation("tests.open_twice", scope=scope_of("parent"))
def open_twice(*, parent: Unit, act: Act) -> None:
    """Call an operation inside an operation."""
    open_office(parent=parent, code="INNER", act=act)


@operation("tests.by_rows", scope=BY_ROWS)
def by_rows(*, frame: polars.DataFrame, act: Act) -> list[bool]:
    """Return which rows the actor may touch."""
    return permitted_rows(act, "tests.by_rows", frame).to_list()


@operation("tests.by_nobody", scope=BY_ROWS)
def by_nobody(*, act: Act) -> None:
    """Forget to ask for a permission."""


@operation("tests.tell_own", scope=OWN, unrecorded=("secret",))
def tell_own(*, account: Account, secret: str, act: Act) -> str:
    """Return what was told of one's own account."""
    return f"{account.username} {len(secret)}"


@pytest.fixture(autouse=True)
def _clerks_may(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from bangfu.foundation.organisation import permissions

    names = frozenset({"tests.open_office", "tests.open_twice", "tests.by_rows"})
    monkeypatch.setattr(
        permissions, "role_permissions", lambda role: names if role == "clerk" else frozenset()
    )
    effects.clear()
    yield
    effects.clear()


class TestPermission:
    def test_the_clerk_acts_in_their_own_branch(self, cast: Cast) -> None:
        assert open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk)).parent == cast.guizhou

    def test_but_not_in_another_nor_above(self, cast: Cast) -> None:
        for parent in (cast.yunnan, cast.group):
            with pytest.raises(NotPermitted) as refused:
                open_office(parent=parent, code="X", act=cast.act(cast.clerk))
            assert refused.value.code == "out_of_scope"
        assert not Unit.objects.filter(code="X").exists()
        assert not AuditEntry.objects.exists()

    def test_the_outsider_acts_nowhere(self, cast: Cast) -> None:
        with pytest.raises(NotPermitted):
            open_office(parent=cast.guizhou, code="X", act=cast.act(cast.outsider))

    def test_a_closed_account_acts_no_more(self, cast: Cast) -> None:
        cast.clerk.is_active = False
        with pytest.raises(NotPermitted) as refused:
            open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk))
        assert refused.value.code == "account_closed"

    def test_a_grant_outside_its_period_carries_nothing(self, cast: Cast) -> None:
        with system_writes("the grant ends"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(ends_on=cast.act(cast.clerk).on)
        with pytest.raises(NotPermitted):
            open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk))

    def test_a_grant_in_a_place_covers_its_subtree_only(self, cast: Cast) -> None:
        with system_writes("the grant names a place"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(place_id=GUIZHOU)
        frame = polars.DataFrame(
            {
                "unit": [cast.guizhou.pk, cast.guizhou.pk, cast.yunnan.pk],
                "place": [522327000000, 530000000000, 522327000000],
            }
        )
        assert by_rows(frame=frame, act=cast.act(cast.clerk)) == [True, False, False]

    def test_an_operation_by_rows_that_never_asks_is_a_defect(self, cast: Cast) -> None:
        for key in (None, "k"):
            with pytest.raises(RuntimeError, match="never asked"):
                by_nobody(act=cast.act(cast.clerk, key=key))


class TestOwn:
    def test_needs_no_grant_on_ones_own_account(self, cast: Cast) -> None:
        assert tell_own(account=cast.outsider, secret="abc", act=cast.act(cast.outsider)) == "linyi 3"
        assert AuditEntry.objects.get().scopes == []

    def test_reaches_nobody_elses(self, cast: Cast) -> None:
        for actor in (cast.administrator, cast.outsider):
            with pytest.raises(NotPermitted) as refused:
                tell_own(account=cast.clerk, secret="abc", act=cast.act(actor))
            assert refused.value.code == "out_of_scope"
        assert not AuditEntry.objects.exists()

    def test_is_not_a_closed_accounts(self, cast: Cast) -> None:
        cast.outsider.is_active = False
        with pytest.raises(NotPermitted) as refused:
            tell_own(account=cast.outsider, secret="abc", act=cast.act(cast.outsider))
        assert refused.value.code == "account_closed"

    def test_needs_an_account_to_be_declared(self) -> None:
        def nothing(*, act: Act) -> None:
            """Say nothing of whose account."""

        with pytest.raises(TypeError, match="takes an account"):
            operation("tests.whose", scope=OWN)(nothing)


class TestUnrecorded:
    def test_leaves_no_digest(self, cast: Cast) -> None:
        for secret in ("abc", "another"):
            tell_own(account=cast.outsider, secret=secret, act=cast.act(cast.outsider))
        digests = set(AuditEntry.objects.values_list("payload_digest", flat=True))
        assert digests == {digest_of({"account": cast.outsider})}

    def test_does_not_tell_requests_apart(self, cast: Cast) -> None:
        first, again = (
            tell_own(account=cast.outsider, secret=secret, act=cast.act(cast.outsider, key="k"))
            for secret in ("abc", "another")
        )
        assert (first, again) == ("linyi 3", "linyi 3")


class TestAudit:
    def test_writes_one_row_beside_the_change(self, cast: Cast) -> None:
        unit = open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k1"))
        entry = AuditEntry.objects.get()
        assert (entry.operation, entry.actor, entry.acted_at, entry.request_key) == (
            "tests.open_office",
            cast.clerk,
            NOW,
            "k1",
        )
        assert entry.objects_named == sorted(
            {f"organisation.unit:{cast.guizhou.pk}", f"organisation.unit:{unit.pk}"}
        )
        assert entry.scopes == [{"unit": cast.guizhou.pk, "place": GUIZHOU, "line": None}]

    def test_records_are_found_in_the_fields_that_may_hold_them(self, cast: Cast) -> None:
        opened = Opened(cast.guizhou, [cast.yunnan], "P53", 7, cast.group)
        assert references_in([opened]) == [
            f"organisation.unit:{unit.pk}" for unit in (cast.guizhou, cast.yunnan, cast.group)
        ]

    def test_cannot_be_changed(self, cast: Cast) -> None:
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk))
        with pytest.raises(DatabaseError), system_writes("an attack"), transaction.atomic():
            AuditEntry.objects.update(operation="nothing")


class TestRequestKey:
    def test_the_same_request_gets_the_first_result(self, cast: Cast) -> None:
        first = open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        again = open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        assert again == first
        assert Unit.objects.filter(code="X").count() == 1
        assert AuditEntry.objects.count() == 1

    def test_another_payload_under_the_same_key_is_refused(self, cast: Cast) -> None:
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        with pytest.raises(NotPermitted) as refused:
            open_office(parent=cast.guizhou, code="Y", act=cast.act(cast.clerk, key="k"))
        assert refused.value.code == "key_reused"

    def test_the_same_key_of_another_account_is_another_request(self, cast: Cast) -> None:
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        open_office(parent=cast.yunnan, code="Y", act=cast.act(cast.clerk_of_yunnan, key="k"))
        assert RequestKey.objects.count() == 2

    def test_who_lost_the_permission_gets_no_first_result_either(self, cast: Cast) -> None:
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        with system_writes("the grant ends"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(ends_on=cast.act(cast.clerk).on)
        with pytest.raises(NotPermitted):
            open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))

    def test_a_refusal_is_not_stored(self, cast: Cast) -> None:
        with pytest.raises(UnableToTry):
            open_office(parent=cast.guizhou, code="X", refuse=True, act=cast.act(cast.clerk, key="k"))
        assert not RequestKey.objects.exists()
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))

    def test_is_forgotten_after_thirty_days(self, cast: Cast) -> None:
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k"))
        kept_since = RequestKey.objects.get().created_at
        assert forget_old_requests(kept_since + timedelta(days=30)) == 0
        assert forget_old_requests(kept_since + timedelta(days=30, seconds=1)) == 1
        assert not RequestKey.objects.exists()


class TestRefusal:
    def test_leaves_nothing_behind(self, cast: Cast, django_capture_on_commit_callbacks: object) -> None:
        with (
            django_capture_on_commit_callbacks(execute=True),
            pytest.raises(UnableToTry) as refused,
        ):
            open_office(parent=cast.guizhou, code="X", refuse=True, act=cast.act(cast.clerk))
        assert (refused.value.sentence.zh, refused.value.sentence.en) == ("不行：试。", "No: 试.")
        assert not Unit.objects.filter(code="X").exists()
        assert effects == []

    def test_needs_a_sentence_for_its_code(self) -> None:
        with pytest.raises(ValueError, match="no sentence"):
            UnableToTry("unknown")


class TestDryRun:
    def test_gives_the_result_and_writes_nothing(
        self, cast: Cast, django_capture_on_commit_callbacks: object
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            unit = open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k").tried())
        assert unit.code == "X"
        assert not Unit.objects.filter(code="X").exists()
        assert not AuditEntry.objects.exists()
        assert not RequestKey.objects.exists()
        assert effects == []


class TestNesting:
    def test_an_operation_inside_an_operation_is_an_error(self, cast: Cast) -> None:
        with pytest.raises(RuntimeError, match="do not nest"):
            open_twice(parent=cast.guizhou, act=cast.act(cast.clerk))

    def test_an_operation_inside_a_transaction_is_an_error(self, own_database: str) -> None:
        cast = enter_cast()
        with pytest.raises(RuntimeError), transaction.atomic():
            open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk))

    def test_writing_functions_need_an_operation(self) -> None:
        with pytest.raises(RuntimeError, match="inside an operation"):
            inside_operation()


class TestEffects:
    def test_fire_once_the_change_is_committed(self, own_database: str) -> None:
        cast = enter_cast()
        open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk))
        assert effects == ["X"]


class TestGuard:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE organisation_line SET name_en = 'x'",
            "  insert into organisation_line (id) values (99)",
            'DELETE FROM "organisation_line"',
            "WITH gone AS (SELECT 1) DELETE FROM organisation_line",
            "TRUNCATE organisation_line",
        ],
    )
    def test_refuses_writing_outside_an_operation(self, cast: Cast, statement: str) -> None:
        with pytest.raises(WriteOutsideOperation), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_refuses_the_orm_too(self, cast: Cast) -> None:
        with pytest.raises(WriteOutsideOperation):
            Account.objects.create(username="x", kind="SYSTEM", title="x")

    def test_lets_reading_pass(self, cast: Cast) -> None:
        assert Unit.objects.filter(code="P52").exists()


class TestTwoAtOnce:
    def test_the_same_key_at_the_same_moment_is_done_once(self, own_database: str) -> None:
        cast = enter_cast()
        barrier = threading.Barrier(2)
        results: list[object] = []

        def press() -> None:
            with pointing_at(own_database):
                barrier.wait()
                results.append(
                    open_office(parent=cast.guizhou, code="X", act=cast.act(cast.clerk, key="k")).pk
                )

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert len(results) == 2
        assert results[0] == results[1]
        assert Unit.objects.filter(code="X").count() == 1


class TestPayload:
    def test_digests_differ_by_content_not_by_order(self) -> None:
        one = digest_of({"a": 1, "b": [date(2020, 1, 1), Decimal("1.50")]})
        assert one == digest_of({"b": [date(2020, 1, 1), Decimal("1.50")], "a": 1})
        assert one != digest_of({"a": 1, "b": [date(2020, 1, 1), Decimal("1.5")]})
        assert digest_of({"f": polars.DataFrame({"x": [1]})}) != digest_of(
            {"f": polars.DataFrame({"x": [2]})}
        )
        with pytest.raises(TypeError):
            digest_of({"x": object()})

    def test_results_come_back_as_they_were(self, cast: Cast) -> None:
        result = [cast.guizhou, Decimal("1.5"), date(2020, 1, 1), None, "x", Scope(unit=3)]
        assert restored(stored(result)) == result


def test_the_founding_gives_the_root_a_path(cast: Cast) -> None:
    assert cast.group.path == f"{cast.group.pk}."
    assert cast.guizhou.path == f"{cast.group.pk}.{cast.guizhou.pk}."
    assert cast.guizhou.starts_on == FOUNDED
