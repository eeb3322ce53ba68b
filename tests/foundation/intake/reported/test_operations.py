"""Each operation on reported records: whole and exact, every refusal with nothing written, who may."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, transaction

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.intake.models import ReportedCorrection, ReportedRecord
from bangfu.foundation.intake.reported.operations import (
    UnableToCorrectReported,
    UnableToReviseReported,
    UnableToSubmitReported,
    UnableToWithdrawReported,
    correct_reported,
    register_reported,
    return_reported,
    return_reported_paper,
    revise_reported,
    storing,
    submit_reported,
    verify_reported,
    verify_reported_paper,
    withdraw_reported,
)
from bangfu.foundation.intake.reported.parties import party_of
from bangfu.foundation.intake.reported.queries import state_of
from bangfu.foundation.intake.reported.reportable import UnknownMeasure, reportable_measure
from bangfu.foundation.intake.reported.rules import UnableToReport
from bangfu.foundation.ledger.measures import Evidence, Party
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, system_writes
from bangfu.foundation.organisation.models import Line, RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import UnableToReview, deciding
from tests.cast import CEHENG, FOUNDED, GUIZHOU, GUYUAN, Cast, enter_cast
from tests.foundation.intake.reported.reporting import (
    HOSPITALS,
    RELIEF,
    SLIP,
    STUDENTS,
    counts,
    details,
    facts,
    parties,
    record,
    verified,
)
from tests.foundation.review.looking import looked_at

DAY = date(2019, 9, 30)
PUPIL = party_of("XJ-522327-0001", Party.PERSON)


def registered(cast: Cast, *, measure: str = RELIEF, files: Any = (SLIP,), **changes: Any) -> ReportedRecord:
    return register_reported(
        measure=measure, details=details(**changes), unit=cast.guizhou, files=files, act=cast.act(cast.clerk)
    )


def nothing_written(carry_out: Callable[[], object], refusal: type[Refusal], code: str) -> Refusal:
    """Expect a refusal with this code and the database as it was."""
    before = counts()
    with pytest.raises(refusal) as refused:
        carry_out()
    assert refused.value.code == code
    assert counts() == before
    assert refused.value.sentence.zh != refused.value.sentence.en
    return refused.value


def account_with(username: str, *grants: tuple[str, Any]) -> Account:
    """Return an account with roles in units."""
    with system_writes("an account of the test"):
        account = Account(username=username, person=enter_person(name=username))
        account.set_unusable_password()
        account.save()
        for role, unit in grants:
            RoleGrant.objects.create(account=account, role=role, unit=unit, starts_on=FOUNDED)
    return account


@pytest.mark.django_db
class TestRegisterReported:
    def test_keeps_a_draft_with_its_evidence(self, cast: Cast) -> None:
        made = registered(cast, remark="含三个县")
        kept = ReportedRecord.objects.values(
            "measure", "reference", "revision", "unit", "place", "line", "happened_on", "quantity", "party",
            "title", "remark", "upload", "registered_by", "registered_at", "withdrawn_at",
        ).get(pk=made.pk)  # fmt: skip
        assert kept == {
            "measure": RELIEF, "reference": "GZ-2019-09", "revision": 1, "unit": cast.guizhou.pk, "place": CEHENG,
            "line": None, "happened_on": DAY, "quantity": Decimal("1000.5"), "party": None, "title": "9月减免汇总",
            "remark": "含三个县", "upload": None, "registered_by": cast.clerk.pk,
            "registered_at": cast.act(cast.clerk).at, "withdrawn_at": None,
        }  # fmt: skip
        assert state_of(made.pk) == "DRAFT"
        assert list(Attachment.objects.values_list("record_type", "record_id", "name", "kind")) == [
            (20, made.pk, "slip.txt", "DOCUMENT")
        ]
        assert facts() == []

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"quantity": Decimal(0)}, "nothing_counted"),
            ({"quantity": Decimal(-5)}, "negative"),
            ({"quantity": Decimal("1.005")}, "too_fine"),
            ({"happened_on": date(1985, 12, 31)}, "too_early"),
            ({"happened_on": date(2020, 8, 1)}, "in_future"),
            ({"place": GUYUAN}, "outside_unit"),
            ({"party": PUPIL}, "party_not_taken"),
            ({"reference": ""}, "incomplete"),
            ({"title": " "}, "incomplete"),
            ({"reference": "GZ-522327201003070018"}, "identity_number"),
            ({"title": "张某 522327 20100307 0018"}, "identity_number"),
            ({"remark": "身份证52232720100307001X"}, "identity_number"),
        ],
    )
    def test_refuses_what_cannot_be_counted(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        act = cast.act(cast.officer if "place" in changes else cast.clerk)
        said = details(**changes)
        nothing_written(
            lambda: register_reported(measure=RELIEF, details=said, unit=cast.guizhou, act=act),
            UnableToReport,
            code,
        )

    def test_refuses_a_person_without_a_number(self, cast: Cast) -> None:
        nothing_written(
            lambda: registered(cast, measure=STUDENTS, quantity=Decimal(1)), UnableToReport, "party_missing"
        )

    def test_refuses_a_measure_that_is_not_reported(self, cast: Cast) -> None:
        nothing_written(
            lambda: registered(cast, measure="network.base_stations"), UnknownMeasure, "not_reported"
        )

    def test_refuses_its_own_again_and_names_the_state(self, cast: Cast) -> None:
        registered(cast)
        refusal = nothing_written(lambda: registered(cast), UnableToReport, "registered_already")
        assert "草稿" in refusal.sentence.zh
        assert "Draft" in refusal.sentence.en

    def test_refuses_what_another_unit_reported_and_names_it(self, cast: Cast) -> None:
        registered(cast)
        refusal = nothing_written(
            lambda: register_reported(
                measure=RELIEF, details=details(), unit=cast.group, act=cast.act(cast.officer)
            ),
            UnableToReport,
            "registered_elsewhere",
        )
        assert "贵州省分公司" in refusal.sentence.zh

    def test_takes_the_same_reference_for_another_measure(self, cast: Cast) -> None:
        registered(cast)
        other = registered(cast, measure="campaigns.raised")
        assert other.reference == record_of(RELIEF).reference

    def test_a_stock_may_lose(self, cast: Cast) -> None:
        assert verified(cast, measure=HOSPITALS, reference="S-1", quantity=Decimal(1)).pk
        verified(cast, measure=HOSPITALS, reference="S-1-减", quantity=Decimal(-1))
        assert [fact[0] for fact in facts()] == [Decimal(1), Decimal(-1)]

    def test_the_same_key_twice_registers_once(self, cast: Cast) -> None:
        act = cast.act(cast.clerk, key="once")
        first, second = (
            register_reported(measure=RELIEF, details=details(), unit=cast.guizhou, act=act) for _ in "12"
        )
        assert first == second
        assert ReportedRecord.objects.count() == 1


def record_of(measure: str) -> ReportedRecord:
    return ReportedRecord.objects.get(measure=measure)


@pytest.mark.django_db
class TestWhoMay:
    @pytest.mark.parametrize("who", ["clerk_of_yunnan", "verifier", "county_official", "auditor", "outsider"])
    def test_only_a_reporter_of_the_unit_registers(self, cast: Cast, who: str) -> None:
        nothing_written(
            lambda: register_reported(
                measure=RELIEF, details=details(), unit=cast.guizhou, act=cast.act(getattr(cast, who))
            ),
            NotPermitted,
            "out_of_scope",
        )

    def test_a_reporter_of_one_room_reports_that_room_alone(self, cast: Cast) -> None:
        both_roles = account_with("zhifei", ("reporter", cast.guizhou), ("tariffs_reporter", cast.guizhou))
        act = cast.act(both_roles)
        assert register_reported(measure=RELIEF, details=details(), unit=cast.guizhou, act=act).pk
        nothing_written(
            lambda: register_reported(
                measure="campaigns.raised", details=details(), unit=cast.guizhou, act=act
            ),
            NotPermitted,
            "out_of_scope",
        )

    @pytest.mark.parametrize("role", ["reporter", "tariffs_reporter"])
    def test_one_of_the_two_roles_is_not_enough(self, cast: Cast, role: str) -> None:
        act = cast.act(account_with("half", (role, cast.guizhou)))
        nothing_written(
            lambda: register_reported(measure=RELIEF, details=details(), unit=cast.guizhou, act=act),
            NotPermitted,
            "out_of_scope",
        )

    def test_a_grant_for_a_line_reports_that_line(self, cast: Cast) -> None:
        finance = Line.objects.order_by("pk").first() or entered_line()
        with system_writes("a grant of the test"):
            account = account_with("caiwu")
            for role in ("reporter", "tariffs_reporter"):
                RoleGrant.objects.create(
                    account=account, role=role, unit=cast.guizhou, line=finance, starts_on=FOUNDED
                )
        act = cast.act(account)
        nothing_written(
            lambda: register_reported(measure=RELIEF, details=details(), unit=cast.guizhou, act=act),
            NotPermitted,
            "out_of_scope",
        )
        made = register_reported(
            measure=RELIEF, details=details(line=finance), unit=cast.guizhou, files=(SLIP,), act=act
        )
        submit_reported(record=made, act=act)
        verify_reported(record=made, act=cast.act(cast.verifier))
        with connection.cursor() as cursor:
            cursor.execute("SELECT line_id FROM ledger_fact")
            assert cursor.fetchall() == [(finance.pk,)]


def entered_line() -> Line:
    with system_writes("a line of the test"):
        return Line.objects.create(id=4, code="finance", name_zh="财务", name_en="Finance")


@pytest.mark.django_db
class TestReviseReported:
    def test_changes_a_draft_and_adds_evidence(self, cast: Cast) -> None:
        made = registered(cast, files=())
        changed = revise_reported(
            record=made,
            details=details(quantity=Decimal(7), reference="ELSE"),
            files=(SLIP,),
            act=cast.act(cast.clerk),
        )
        assert (changed.reference, changed.quantity, changed.revision) == ("GZ-2019-09", Decimal(7), 1)
        assert Attachment.objects.count() == 1

    def test_refuses_when_nothing_changed_or_it_is_not_open(self, cast: Cast) -> None:
        made, act = registered(cast), cast.act(cast.clerk)
        nothing_written(
            lambda: revise_reported(record=made, details=details(), act=act),
            UnableToReviseReported,
            "nothing_changed",
        )
        submit_reported(record=made, act=act)
        nothing_written(
            lambda: revise_reported(record=made, details=details(quantity=Decimal(2)), act=act),
            UnableToReviseReported,
            "not_open",
        )


@pytest.mark.django_db
class TestSubmitReported:
    def test_refuses_without_evidence(self, cast: Cast) -> None:
        made = registered(cast, files=())
        nothing_written(
            lambda: submit_reported(record=made, act=cast.act(cast.clerk)),
            UnableToSubmitReported,
            "evidence_missing",
        )

    def test_goes_without_evidence_where_the_measure_needs_none(self, cast: Cast) -> None:
        made = registered(cast, files=())
        free = replace(reportable_measure(RELIEF), evidence=Evidence.NONE)
        assert storing.without_evidence(reportable_measure(RELIEF), [made.pk]) == [made.pk]
        assert storing.without_evidence(free, [made.pk]) == []

    def test_refuses_a_withdrawn_one_and_a_second_time(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        gone = registered(cast)
        withdraw_reported(record=gone, reason="withdrawn", remark="误报", act=act)
        nothing_written(lambda: submit_reported(record=gone, act=act), UnableToSubmitReported, "withdrawn")
        made = registered(cast, reference="GZ-2")
        submit_reported(record=made, act=act)
        nothing_written(lambda: submit_reported(record=made, act=act), UnableToReview, "submitted_already")


@pytest.mark.django_db
class TestVerifyReported:
    def test_counts_it_once_whole_and_exactly(self, cast: Cast) -> None:
        made = verified(cast)
        assert state_of(made.pk) == "VERIFIED"
        assert facts() == [
            (
                Decimal("1000.5"), cast.guizhou.pk, CEHENG, "GZ-2019-09", DAY, "intake.reported", "GZ-2019-09", 1,
                None,
            )
        ]  # fmt: skip
        nothing_written(
            lambda: verify_reported(record=made, act=cast.act(cast.verifier)),
            UnableToReview,
            "decided_already",
        )

    def test_names_a_person_by_a_digest_alone(self, cast: Cast) -> None:
        verified(cast, measure=STUDENTS, quantity=Decimal(1), party=PUPIL)
        assert parties() == [PUPIL]
        assert party_of("xj-522327-0001 ", Party.PERSON) == PUPIL
        assert party_of("XJ-522327-0002", Party.PERSON) != PUPIL
        assert party_of("XJ-522327-0001", Party.THING) != PUPIL
        assert str(party_of("FW-1", Party.THING)) == "f9ba3bc2-0a40-50b0-b30b-88783582cf2d"

    def test_an_identity_number_is_no_number_of_a_person(self) -> None:
        with pytest.raises(UnableToReport) as refused:
            party_of("52232720100307001X", Party.PERSON)
        assert refused.value.code == "identity_number"

    def test_refuses_whoever_submitted_it(self, cast: Cast) -> None:
        made = registered(cast)
        submit_reported(record=made, act=cast.act(cast.clerk))
        with system_writes("the clerk may verify too"):
            RoleGrant.objects.create(account=cast.clerk, role="verifier", unit=cast.group, starts_on=FOUNDED)
        nothing_written(
            lambda: verify_reported(record=made, act=cast.act(cast.clerk)), UnableToReview, "same_person"
        )

    def test_only_a_verifier(self, cast: Cast) -> None:
        made = registered(cast)
        submit_reported(record=made, act=cast.act(cast.clerk))
        for actor in (cast.officer, cast.auditor, cast.county_official):
            nothing_written(
                lambda actor=actor: verify_reported(record=made, act=cast.act(actor)),
                NotPermitted,
                "out_of_scope",
            )

    def test_a_paper_is_verified_or_returned_whole(self, cast: Cast) -> None:
        first, act, verifier = registered(cast), cast.act(cast.clerk), cast.act(cast.verifier)
        submit_reported(record=first, act=act)
        paper = Batch.objects.get(title="扶贫套餐减免通信费 GZ-2019-09")
        nothing_written(
            lambda: return_reported_paper(batch=paper, remark=" ", act=verifier),
            UnableToReview,
            "remark_missing",
        )
        return_reported_paper(batch=paper, remark="缺月份", act=verifier)
        assert state_of(first.pk) == "RETURNED"
        submit_reported(record=first, act=act)
        again = Batch.objects.order_by("pk").last()
        assert again is not None
        verify_reported_paper(batch=looked_at(again, verifier), act=verifier)
        assert [fact[0] for fact in facts()] == [Decimal("1000.5")]

    def test_review_refuses_what_has_no_evidence(self, cast: Cast) -> None:
        made, act = registered(cast), cast.act(cast.clerk)
        submit_reported(record=made, act=act)
        verifier = cast.act(cast.verifier)
        paper = looked_at(Batch.objects.get(), verifier)
        with patch.object(deciding, "has_evidence", lambda *asked: set()):
            for call in (
                lambda: verify_reported_paper(batch=paper, act=verifier),
                lambda: verify_reported(record=made, act=verifier),
            ):
                nothing_written(call, UnableToReview, "evidence_missing")

    def test_a_returned_one_says_why_and_is_mended(self, cast: Cast) -> None:
        made, act = registered(cast), cast.act(cast.clerk)
        submit_reported(record=made, act=act)
        return_reported(record=made, remark="金额不含税", act=cast.act(cast.verifier))
        mended = revise_reported(record=made, details=details(quantity=Decimal(900)), act=act)
        submit_reported(record=mended, act=act)
        verify_reported(record=mended, act=cast.act(cast.verifier))
        assert [fact[0] for fact in facts()] == [Decimal(900)]


@pytest.mark.django_db
class TestCorrectReported:
    def corrected(self, cast: Cast, made: ReportedRecord, **changes: Any) -> ReportedRecord:
        said: dict[str, Any] = {
            "quantity": made.quantity,
            "place": Place.objects.get(pk=made.place_id),
            "happened_on": made.happened_on,
            "reason": "wrong_quantity",
            "remark": "账单复核",
            "act": cast.act(cast.clerk),
        }
        return correct_reported(record=made, **{**said, **changes})

    def test_takes_the_fact_back_and_counts_again_when_verified(self, cast: Cast) -> None:
        made = verified(cast)
        self.corrected(cast, made, quantity=Decimal(900), happened_on=date(2019, 10, 1))
        kept = ReportedCorrection.objects.values(
            "revision", "place", "happened_on", "quantity", "reason", "remark"
        )
        assert list(kept) == [
            {
                "revision": 1, "place": CEHENG, "happened_on": DAY, "quantity": Decimal("1000.5"),
                "reason": "wrong_quantity", "remark": "账单复核",
            }
        ]  # fmt: skip
        verify_reported(record=record("GZ-2019-09"), act=cast.act(cast.verifier))
        unit, source = cast.guizhou.pk, "intake.reported"
        assert facts() == [
            (Decimal("1000.5"), unit, CEHENG, "GZ-2019-09", DAY, source, "GZ-2019-09", 1, None),
            (Decimal("-1000.5"), unit, CEHENG, "GZ-2019-09", DAY, source, "GZ-2019-09", 1, "wrong_quantity"),
            (Decimal(900), unit, CEHENG, "GZ-2019-09", date(2019, 10, 1), source, "GZ-2019-09", 2, None),
        ]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({}, "nothing_changed"),
            ({"quantity": Decimal(9), "reason": "withdrawn"}, "unknown_reason"),
            ({"quantity": Decimal(9), "reason": "wrong_date"}, "reason_not_changed"),
            ({"quantity": Decimal(9), "remark": " "}, "remark_missing"),
        ],
    )
    def test_refuses(self, cast: Cast, changes: dict[str, Any], code: str) -> None:
        made = verified(cast)
        nothing_written(lambda: self.corrected(cast, made, **changes), UnableToCorrectReported, code)

    def test_refuses_what_is_not_counted_and_what_could_not_be_registered(self, cast: Cast) -> None:
        draft = registered(cast, reference="GZ-1")
        nothing_written(
            lambda: self.corrected(cast, draft, quantity=Decimal(9)), UnableToCorrectReported, "not_counted"
        )
        made = verified(cast)
        nothing_written(lambda: self.corrected(cast, made, quantity=Decimal(-9)), UnableToReport, "negative")


@pytest.mark.django_db
class TestWithdrawReported:
    def test_takes_the_fact_back_and_frees_the_reference(self, cast: Cast) -> None:
        made, act = verified(cast), cast.act(cast.clerk)
        withdraw_reported(record=made, reason="duplicate_report", remark="与总部重复", act=act)
        assert [(fact[0], fact[-1]) for fact in facts()] == [
            (Decimal("1000.5"), None),
            (Decimal("-1000.5"), "duplicate_report"),
        ]
        again = verified(cast, quantity=Decimal(5))
        assert (again.revision, state_of(made.pk)) == (2, "WITHDRAWN")
        assert facts()[-1][0] == Decimal(5)

    @pytest.mark.parametrize(
        ("changes", "code"), [({"reason": "mood"}, "unknown_reason"), ({"remark": " "}, "remark_missing")]
    )
    def test_refuses(self, cast: Cast, changes: dict[str, str], code: str) -> None:
        made = registered(cast)
        said = {"reason": "withdrawn", "remark": "误报", **changes}
        nothing_written(
            lambda: withdraw_reported(record=made, act=cast.act(cast.clerk), **said),
            UnableToWithdrawReported,
            code,
        )

    def test_refuses_what_waits_and_what_is_withdrawn(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        made = registered(cast)
        submit_reported(record=made, act=act)
        said = {"reason": "withdrawn", "remark": "误报"}
        nothing_written(
            lambda: withdraw_reported(record=made, act=act, **said), UnableToWithdrawReported, "under_review"
        )
        return_reported(record=made, remark="重报", act=cast.act(cast.verifier))
        withdraw_reported(record=made, act=act, **said)
        nothing_written(
            lambda: withdraw_reported(record=made, act=act, **said),
            UnableToWithdrawReported,
            "withdrawn_already",
        )


@pytest.mark.django_db
class TestDatabase:
    @pytest.mark.parametrize(
        "change",
        [
            "quantity = 0",
            "reference = ''",
            "title = ''",
            "happened_on = '1985-12-31'",
            "revision = 0",
            "withdrawal_reason = 'withdrawn'",
        ],
    )
    def test_refuses_a_record_that_is_not_whole(self, cast: Cast, change: str) -> None:
        registered(cast)
        with (
            system_writes("an attack of the test"),
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE intake_reportedrecord SET {change}")

    def test_keeps_every_version(self, cast: Cast) -> None:
        made = registered(cast)
        revise_reported(record=made, details=details(quantity=Decimal(2)), act=cast.act(cast.clerk))
        with connection.cursor() as cursor:
            cursor.execute("SELECT quantity FROM intake_reportedrecordevent ORDER BY pgh_id")
            assert cursor.fetchall() == [(Decimal("1000.5"),), (Decimal(2),)]


class TestTwoAtOnce:
    @pytest.mark.parametrize("locks", [True, False])
    def test_one_record_of_a_reference_stands(self, own_database: str, locks: bool) -> None:
        cast = enter_cast()
        outcomes: list[object] = [None, None]
        together = threading.Barrier(2, timeout=20)

        def carry_out(number: int) -> None:
            together.wait()
            act: Act = cast.act((cast.clerk, cast.officer)[number])
            try:
                outcomes[number] = register_reported(
                    measure=RELIEF, details=details(), unit=cast.guizhou, files=(SLIP,), act=act
                )
            except Refusal as refusal:
                outcomes[number] = refusal.code
            finally:
                connection.close()

        with nullcontext() if locks else patch.object(storing, "lock_references", lambda *asked: None):
            threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        assert ReportedRecord.objects.filter(reference="GZ-2019-09").count() == 1
        (refused,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert refused in (
            {"registered_already"} if locks else {"registered_already", "registered_elsewhere"}
        )


def test_scope_of_a_record_is_its_unit_place_and_line() -> None:
    assert ReportedRecord(unit_id=3, place_id=GUIZHOU, line_id=4).scope == Scope(
        unit=3, place=GUIZHOU, line=4
    )
