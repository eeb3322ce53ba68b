"""Submitting and deciding: 韦兰 of 贵州 submits wells, 陈立 decides."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError
from django.utils.translation import override

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.review import operations as review
from bangfu.foundation.review import queries
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.operations import UnableToReview, deciding
from tests.cast import FOUNDED, NOW, Cast, enter_cast
from tests.conftest import pointing_at
from tests.foundation.review import toys

LATER = NOW + timedelta(days=1)


def submitted(cast: Cast, count: int = 3, *, first: int = 1) -> Batch:
    """Return a paper of 贵州's wells that 韦兰 submitted."""
    return toys.submit_wells(
        unit=cast.guizhou,
        ids=toys.wells(cast.guizhou, count, first),
        title="七月水井",
        act=cast.act(cast.clerk),
    )


def states(batch: Batch) -> list[tuple[int, str, int | None]]:
    """Return key, state and decider of each review of a paper."""
    return list(batch.reviews.order_by("record_id").values_list("record_id", "state", "decided_by_id"))


def refused(code: str, call: Callable[[], Any]) -> Refusal:
    """Return the refusal of a call, after checking that it left papers and reviews as they were."""
    before = (list(Batch.objects.order_by("pk").values()), list(Review.objects.order_by("pk").values()))
    with pytest.raises(UnableToReview) as answer:
        call()
    assert answer.value.code == code
    after = (list(Batch.objects.order_by("pk").values()), list(Review.objects.order_by("pk").values()))
    assert after == before
    return answer.value


@pytest.mark.django_db
class TestSubmitMany:
    def test_writes_one_paper_and_a_review_a_record(self, cast: Cast) -> None:
        batch = submitted(cast)
        assert (batch.record_type, batch.title, batch.unit, batch.record_count) == (
            30002,
            "七月水井",
            cast.guizhou,
            3,
        )
        assert (batch.submitted_by, batch.submitted_at, batch.state) == (cast.clerk, NOW, "SUBMITTED")
        assert (batch.decided_by, batch.decided_at, batch.remark) == (None, None, "")
        assert states(batch) == [(key, "SUBMITTED", None) for key in toys.wells(cast.guizhou, 3)]
        one = batch.reviews.first()
        assert one is not None
        assert (one.record_type, one.unit, one.submitted_by, one.submitted_at) == (
            30002, cast.guizhou, cast.clerk, NOW,
        )  # fmt: skip

    def test_refuses_what_waits_or_is_verified(self, cast: Cast) -> None:
        batch = submitted(cast)
        refused("submitted_already", lambda: submitted(cast, 5))
        toys.verify_wells(batch=batch, act=cast.act(cast.verifier))
        answer = refused("submitted_already", lambda: submitted(cast, 5))
        assert answer.details["count"] == 3

    def test_refuses_an_empty_choice(self, cast: Cast) -> None:
        refused("nothing_to_review", lambda: submitted(cast, 0))

    def test_returned_records_are_submitted_again(self, cast: Cast) -> None:
        first = submitted(cast)
        toys.return_wells(batch=first, remark="缺照片", act=cast.act(cast.verifier))
        again = toys.submit_wells(
            unit=cast.guizhou,
            ids=toys.wells(cast.guizhou, 2),
            title="补正",
            act=cast.act(cast.clerk, at=LATER),
        )
        assert states(again) == [(key, "SUBMITTED", None) for key in toys.wells(cast.guizhou, 2)]
        assert states(first) == [(toys.wells(cast.guizhou, 3)[2], "RETURNED", cast.verifier.pk)]
        one = again.reviews.first()
        assert one is not None
        assert (one.remark, one.submitted_at) == ("", LATER)

    def test_a_clerk_submits_for_the_own_unit_only(self, cast: Cast) -> None:
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                toys.submit_wells(unit=cast.guizhou, ids=[1], title="x", act=cast.act(actor))
        assert not Batch.objects.exists()

    def test_the_same_request_twice_is_one_paper(self, cast: Cast) -> None:
        def press() -> Batch:
            return toys.submit_wells(
                unit=cast.guizhou, ids=[1, 2], title="x", act=cast.act(cast.clerk, key="once")
            )

        assert press() == press()
        assert Batch.objects.count() == 1

    def test_needs_an_operation(self, cast: Cast) -> None:
        with pytest.raises(RuntimeError):
            review.submit_many(
                [1], record_type=toys.WELL, unit=cast.guizhou, title="x", act=cast.act(cast.clerk)
            )


@pytest.mark.django_db
class TestDecideBatch:
    def test_verifies_every_record_under_one_signature(self, cast: Cast) -> None:
        batch, other = submitted(cast), submitted(cast, first=10)
        decided = toys.verify_wells(batch=batch, act=cast.act(cast.verifier, at=LATER))
        assert decided == toys.wells(cast.guizhou, 3)
        batch.refresh_from_db()
        assert (batch.state, batch.decided_by, batch.decided_at) == ("VERIFIED", cast.verifier, LATER)
        assert states(batch) == [(key, "VERIFIED", cast.verifier.pk) for key in decided]
        assert states(other) == [(key, "SUBMITTED", None) for key in toys.wells(cast.guizhou, 3, 10)]

    def test_returns_with_the_reason(self, cast: Cast) -> None:
        batch = submitted(cast)
        toys.return_wells(batch=batch, remark="  第 2 口井缺照片 ", act=cast.act(cast.verifier))
        batch.refresh_from_db()
        assert (batch.state, batch.remark) == ("RETURNED", "第 2 口井缺照片")
        assert {one.remark for one in batch.reviews.all()} == {"第 2 口井缺照片"}

    def test_refuses_a_return_without_a_reason(self, cast: Cast) -> None:
        batch = submitted(cast)
        refused(
            "remark_missing", lambda: toys.return_wells(batch=batch, remark=" ", act=cast.act(cast.verifier))
        )

    def test_refuses_whoever_submitted(self, cast: Cast) -> None:
        batch = toys.submit_wells(unit=cast.guizhou, ids=[1], title="x", act=cast.act(cast.verifier))
        answer = refused("same_person", lambda: toys.verify_wells(batch=batch, act=cast.act(cast.verifier)))
        with override("zh-hans"):
            assert str(answer) == "这份单据由您本人提交，须由另一人核验。请转交有核验权限的同事。"
        with override("en"):
            assert str(answer).startswith("You submitted this yourself; another person has to decide it.")

    def test_refuses_what_is_decided(self, cast: Cast) -> None:
        batch = submitted(cast)
        toys.verify_wells(batch=batch, act=cast.act(cast.verifier))
        refused("decided_already", lambda: toys.verify_wells(batch=batch, act=cast.act(cast.verifier)))
        refused(
            "decided_already",
            lambda: toys.return_wells(batch=batch, remark="x", act=cast.act(cast.verifier)),
        )

    def test_leaves_records_that_were_decided_alone(self, cast: Cast) -> None:
        batch = submitted(cast)
        key = toys.wells(cast.guizhou, 3)[1]
        with system_writes("one record of the paper was returned by itself"):
            batch.reviews.filter(record_id=key).update(
                state="RETURNED", remark="缺照片", decided_by=cast.verifier, decided_at=NOW
            )
        assert toys.verify_wells(batch=batch, act=cast.act(cast.verifier)) == [
            one for one in toys.wells(cast.guizhou, 3) if one != key
        ]

    def test_only_a_verifier_decides(self, cast: Cast) -> None:
        batch = submitted(cast)
        for actor in (cast.clerk_of_yunnan, cast.officer, cast.auditor, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                toys.verify_wells(batch=batch, act=cast.act(actor))
        batch.refresh_from_db()
        assert batch.state == ReviewState.SUBMITTED

    def test_the_same_request_twice_gives_the_first_answer(self, cast: Cast) -> None:
        batch = submitted(cast)
        first = toys.verify_wells(batch=batch, act=cast.act(cast.verifier, key="once"))
        assert toys.verify_wells(batch=batch, act=cast.act(cast.verifier, key="once")) == first

    def test_only_verified_or_returned_are_decisions(self, cast: Cast) -> None:
        submitted(cast)
        with pytest.raises(ValueError, match="SUBMITTED"):
            toys.decide_office(unit=cast.guizhou, state="SUBMITTED", act=cast.act(cast.verifier))


@pytest.mark.django_db
class TestSubmitAndDecideOne:
    def test_alone(self, cast: Cast) -> None:
        one = toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk))
        assert (one.record_type, one.record_id, one.batch, one.state) == (
            30003,
            cast.guizhou.pk,
            None,
            "SUBMITTED",
        )
        refused("submitted_already", lambda: toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk)))
        done = toys.decide_office(unit=cast.guizhou, state="VERIFIED", act=cast.act(cast.verifier, at=LATER))
        assert (done.pk, done.state, done.decided_by, done.decided_at) == (
            one.pk,
            "VERIFIED",
            cast.verifier,
            LATER,
        )

    def test_returned_and_again(self, cast: Cast) -> None:
        toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk))
        refused(
            "remark_missing",
            lambda: toys.decide_office(unit=cast.guizhou, state="RETURNED", act=cast.act(cast.verifier)),
        )
        toys.decide_office(unit=cast.guizhou, state="RETURNED", remark="补", act=cast.act(cast.verifier))
        again = toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk, at=LATER))
        assert (again.state, again.remark, again.decided_by) == ("SUBMITTED", "", None)
        history = connection.cursor()
        history.execute(
            "SELECT state FROM review_reviewevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [again.pk]
        )
        assert [state for (state,) in history.fetchall()] == ["SUBMITTED", "RETURNED", "SUBMITTED"]

    def test_refusals(self, cast: Cast) -> None:
        def decide(actor: Account) -> Callable[[], Review]:
            return lambda: toys.decide_office(unit=cast.guizhou, state="VERIFIED", act=cast.act(actor))

        refused("decided_already", decide(cast.verifier))
        toys.submit_office(unit=cast.guizhou, act=cast.act(cast.verifier))
        refused("same_person", decide(cast.verifier))

    @pytest.mark.parametrize(("state", "remark"), [("VERIFIED", ""), ("RETURNED", "补")])
    def test_the_last_record_of_a_paper_decides_the_paper(self, cast: Cast, state: str, remark: str) -> None:
        one = toys.submit_office(unit=cast.guizhou, on_paper=True, act=cast.act(cast.clerk))
        toys.decide_office(unit=cast.guizhou, state=state, remark=remark, act=cast.act(cast.verifier))
        assert one.batch is not None
        one.batch.refresh_from_db()
        assert (one.batch.state, one.batch.remark, one.batch.decided_by) == (state, remark, cast.verifier)
        assert queries.review_of(toys.OFFICE.number, cast.guizhou.pk) == one
        assert queries.review_of(toys.OFFICE.number, 1) is None or cast.guizhou.pk == 1


@pytest.mark.django_db
class TestTheDatabaseItself:
    """Whatever the code does."""

    @pytest.mark.parametrize(
        "change",
        [
            {"state": "VERIFIED"},
            {"state": "RETURNED", "remark": ""},
            {"state": "SUBMITTED", "decided_at": NOW},
        ],
    )
    def test_refuses_half_a_decision(self, cast: Cast, change: dict[str, Any]) -> None:
        batch = submitted(cast)
        for rows in (Batch.objects.filter(pk=batch.pk), batch.reviews.all()):
            with pytest.raises(IntegrityError), transaction.atomic(), system_writes("an attack"):
                rows.update(**change)

    def test_refuses_one_pair_of_eyes(self, cast: Cast) -> None:
        batch = submitted(cast)
        for rows in (Batch.objects.filter(pk=batch.pk), batch.reviews.all()):
            with (
                pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic(),
                system_writes("an attack"),
            ):  # fmt: skip
                rows.update(state="VERIFIED", decided_by=cast.clerk, decided_at=NOW)

    def test_loses_no_row(self, cast: Cast) -> None:
        submitted(cast)
        for table in ("review_review", "review_batch", "review_reviewevent", "review_batchevent"):
            with (
                pytest.raises(DatabaseError), transaction.atomic(), system_writes("an attack"),
                connection.cursor() as cursor,
            ):  # fmt: skip
                cursor.execute(f"DELETE FROM {table}")


class TestTwoAtOnce:
    """Two verifiers press the button at the same moment."""

    def test_one_wins_and_the_other_hears_of_it(self, own_database: str) -> None:
        cast = enter_cast()
        outcomes = both_decide(cast, own_database)
        assert sorted(outcomes.values(), key=str) == [toys.wells(cast.guizhou, 50), "decided_already"]
        (winner,) = (name for name, outcome in outcomes.items() if outcome != "decided_already")
        assert {one.decided_by.username for one in Review.objects.select_related("decided_by")} == {winner}
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM review_reviewevent WHERE state <> 'SUBMITTED'")
            assert cursor.fetchone() == (50,)

    def test_without_the_lock_both_would_win(
        self, own_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same race without the paper's lock and the rows' guard: each believes to have decided."""
        cast = enter_cast()
        meeting = threading.Barrier(2)

        def unlocked(key: int) -> Batch:
            found = Batch.objects.get(pk=key)
            meeting.wait(10)
            return found

        monkeypatch.setattr(deciding, "_batch_for_update", unlocked)
        monkeypatch.setattr(
            deciding,
            "_DECIDE_WAITING",
            "UPDATE review_review SET state = %(state)s, decided_by_id = %(by)s, decided_at = %(at)s"
            " WHERE batch_id = %(paper)s RETURNING record_id",
        )
        outcomes = both_decide(cast, own_database)
        assert list(outcomes.values()) == [toys.wells(cast.guizhou, 50)] * 2


def both_decide(cast: Cast, database: str) -> dict[str, Any]:
    """Return what each of two verifiers got who decide the same paper at once: keys, or the refusal's code."""
    second = cast.officer
    with system_writes("a second verifier"):
        RoleGrant.objects.create(account=second, role="verifier", unit=cast.group, starts_on=FOUNDED)
    batch = submitted(cast, 50)
    barrier = threading.Barrier(2)
    outcomes: dict[str, Any] = {}

    def press(actor: Account) -> None:
        with pointing_at(database):
            barrier.wait(10)
            try:
                outcomes[actor.username] = toys.verify_wells(batch=batch, act=cast.act(actor))
            except UnableToReview as answer:
                outcomes[actor.username] = answer.code

    threads = [threading.Thread(target=press, args=(actor,)) for actor in (cast.verifier, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes
