"""A pledge to a county: the county signs what was submitted, another person approves, and nothing is approved without."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from bangfu.foundation.operations import NotPermitted, system_writes
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.places.models import Place
from bangfu.foundation.records import evidence_of
from bangfu.reporting.targets import pending, queries
from bangfu.reporting.targets.models import Agreement, Pledge, Step, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    record_agreement,
    return_pledge,
    submit_pledge,
)
from bangfu.reporting.targets.rules import UnableToAgree, UnableToDecide, UnableToPledge
from tests.cast import CEHENG, Cast
from tests.reporting.targets.pledged import PDF, STATIONS, act, approved, drafted, entered
from tests.reporting.targets.test_pages import door, text_of

TODAY = date(2020, 7, 5)


def to_ceheng(cast: Cast, **said: Any) -> Version:
    version = drafted(cast, county=Place.objects.get(pk=CEHENG), **said)
    entered(cast, version, STATIONS, 10)
    return version


def submitted(cast: Cast) -> Version:
    version = to_ceheng(cast)
    submit_pledge(version=version, act=act(cast.officer))
    return version


def agreed(cast: Cast, version: Version, *, key: str | None = None, **said: Any) -> Agreement:
    given: dict[str, Any] = {
        "signed_by": "册亨县人民政府", "document": "册府函〔2020〕5号", "agreed_on": date(2020, 7, 3),
        "files": (("agreed.pdf", PDF),), **said,
    }  # fmt: skip
    return record_agreement(version=version, **given, act=act(cast.officer, key=key))


class TestDraftPledge:
    def test_names_the_county(self, cast: Cast) -> None:
        assert to_ceheng(cast).pledge.county_id == CEHENG

    def test_refuses_what_is_no_county(self, cast: Cast) -> None:
        province = Place.objects.get(level=1, name="贵州省")
        with pytest.raises(UnableToPledge) as refused:
            drafted(cast, county=province)
        assert refused.value.code == "not_a_county"
        assert not Pledge.objects.exists()


class TestRecordAgreement:
    def test_keeps_who_agreed_when_with_what_was_signed(self, cast: Cast) -> None:
        version = submitted(cast)
        found = agreed(cast, version)
        assert (found.step.version_id, found.signed_by, found.document, found.agreed_on, found.recorded_by) == (
            version.pk, "册亨县人民政府", "册府函〔2020〕5号", date(2020, 7, 3), cast.officer,
        )  # fmt: skip
        assert [one.name for one in evidence_of(found)] == ["agreed.pdf"]
        assert queries.agreement_to(version.pk) == found
        assert AuditEntry.objects.filter(operation="targets.record_agreement").count() == 1

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"signed_by": " "}, "signed_by_missing"),
            ({"document": " "}, "document_missing"),
            ({"agreed_on": date(2020, 7, 6)}, "in_future"),
            ({"files": ()}, "evidence_missing"),
        ],
    )
    def test_refuses_what_is_missing(self, cast: Cast, said: dict[str, Any], code: str) -> None:
        version = submitted(cast)
        with pytest.raises(UnableToAgree) as refused:
            agreed(cast, version, **said)
        assert refused.value.code == code
        assert not Agreement.objects.exists()

    def test_refuses_before_submission_twice_and_without_a_county(self, cast: Cast) -> None:
        version = to_ceheng(cast)
        with pytest.raises(UnableToAgree) as refused:
            agreed(cast, version)
        assert refused.value.code == "not_submitted"
        submit_pledge(version=version, act=act(cast.officer))
        agreed(cast, version)
        with pytest.raises(UnableToAgree) as refused:
            agreed(cast, version)
        assert refused.value.code == "agreed_already"
        other = drafted(cast, title="写给许多县的")
        entered(cast, other, STATIONS, 1)
        submit_pledge(version=other, act=act(cast.officer))
        with pytest.raises(UnableToAgree) as refused:
            agreed(cast, other)
        assert refused.value.code == "no_county"
        assert Agreement.objects.count() == 1

    def test_the_same_key_records_once(self, cast: Cast) -> None:
        version = submitted(cast)
        assert agreed(cast, version, key="k") == agreed(cast, version, key="k")
        assert Agreement.objects.count() == 1

    def test_is_for_officers(self, cast: Cast) -> None:
        version = submitted(cast)
        for account in (cast.clerk, cast.verifier, cast.auditor, cast.outsider, cast.county_official):
            with pytest.raises(NotPermitted):
                record_agreement(
                    version=version,
                    signed_by="x",
                    document="x",
                    agreed_on=TODAY,
                    files=(("a.pdf", PDF),),
                    act=act(account),
                )

    def test_the_database_refuses_one_to_a_draft(self, cast: Cast) -> None:
        version = submitted(cast)
        step = Step.objects.get(version=version)
        return_pledge(version=version, remark="太低", act=act(cast.verifier))
        with (
            system_writes("somebody meddles"),
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
        ):
            Agreement.objects.create(
                step=step,
                signed_by="x",
                document="x",
                agreed_on=TODAY,
                recorded_by=cast.officer,
                recorded_at=act(cast.officer).at,
            )


class TestApprovePledge:
    def test_needs_the_county(self, cast: Cast) -> None:
        version = submitted(cast)
        with pytest.raises(UnableToDecide) as refused:
            approve_pledge(version=version, act=act(cast.verifier))
        assert refused.value.code == "county_has_not_agreed"
        with (
            system_writes("somebody meddles"),
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
        ):
            Step.objects.create(
                version=version, kind="APPROVED", taken_by=cast.verifier, taken_at=act(cast.verifier).at
            )
        agreed(cast, version)
        approve_pledge(version=version, act=act(cast.verifier))
        assert queries.state_of(version.pk) == "APPROVED"

    def test_whoever_recorded_it_does_not_approve(self, cast: Cast) -> None:
        with system_writes("the verifier keeps papers as well"):
            RoleGrant.objects.create(
                account=cast.verifier, role="officer", unit=cast.group, starts_on=date(2015, 1, 1)
            )
        version = submitted(cast)
        record_agreement(
            version=version, signed_by="册亨县人民政府", document="5号", agreed_on=TODAY, files=(("a.pdf", PDF),),
            act=act(cast.verifier),
        )  # fmt: skip
        with pytest.raises(UnableToDecide) as refused:
            approve_pledge(version=version, act=act(cast.verifier))
        assert refused.value.code == "same_person"

    def test_what_was_returned_is_agreed_to_again(self, cast: Cast) -> None:
        version = submitted(cast)
        agreed(cast, version)
        return_pledge(version=version, remark="缺培训", act=act(cast.verifier))
        submit_pledge(version=version, act=act(cast.officer))
        with pytest.raises(UnableToDecide) as refused:
            approve_pledge(version=version, act=act(cast.verifier))
        assert refused.value.code == "county_has_not_agreed"
        agreed(cast, version)
        approve_pledge(version=version, act=act(cast.verifier))
        assert Agreement.objects.count() == 2


class TestWaiting:
    def test_says_what_waits_for_whom(self, cast: Cast) -> None:
        version = submitted(cast)
        other = drafted(cast, title="写给许多县的")
        entered(cast, other, STATIONS, 1)
        submit_pledge(version=other, act=act(cast.officer))

        def waits(account: Any) -> tuple[list[int], list[int]]:
            return (
                [one.pk for one in pending.versions_waiting_for(account, TODAY)],
                [one.pk for one in pending.versions_awaiting_a_county(account, TODAY)],
            )

        assert waits(cast.verifier) == ([other.pk], [])
        assert waits(cast.officer) == ([], [version.pk])
        assert waits(cast.outsider) == ([], [])
        agreed(cast, version)
        assert waits(cast.verifier) == ([version.pk, other.pk], [])
        assert waits(cast.officer) == ([], [])
        approve_pledge(version=other, act=act(cast.verifier))
        assert waits(cast.verifier) == ([version.pk], [])

    def test_is_one_statement_however_many_there_are(
        self, cast: Cast, django_assert_num_queries: Any
    ) -> None:
        for at in range(4):
            version = drafted(cast, title=f"第{at}份")
            entered(cast, version, STATIONS, 1)
            submit_pledge(version=version, act=act(cast.officer))
        found = pending.versions_waiting_for(cast.verifier, TODAY)
        with django_assert_num_queries(1):
            assert [one.pledge.title for one in found] == ["第0份", "第1份", "第2份", "第3份"]

    def test_targets_behind_are_the_red_ones_that_may_be_seen(self, cast: Cast) -> None:
        approved(cast, to_ceheng_free(cast))
        found = pending.targets_behind(cast.officer, date(2020, 12, 31))
        assert [(one.one.target.indicator, one.one.unit.code) for one in found] == [(STATIONS, "GROUP")]
        assert found[0].address == f"/targets/{Pledge.objects.get().pk}/?light=red&indicator={STATIONS}"
        assert pending.targets_behind(cast.outsider, date(2020, 12, 31)) == []
        assert pending.targets_behind(cast.officer, date(2020, 12, 31), units=[cast.guizhou.pk]) == []


def to_ceheng_free(cast: Cast) -> Version:
    """A pledge to no county."""
    version = drafted(cast)
    entered(cast, version, STATIONS, 10)
    return version


class TestPages:
    def test_from_the_draft_to_the_countys_paper_and_the_approval(self, cast: Cast) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        said: dict[str, Any] = {
            "key": "a", "unit": cast.group.pk, "year": "2020", "title": "责任书", "county": "册亨县", "document": "1号",
            "signed_on": "2020-01-15", "evidence": SimpleUploadedFile("pledge.pdf", PDF),
        }  # fmt: skip
        assert door(cast.officer).post("/targets/draft", said).status_code == 302
        version = Version.objects.get()
        assert version.pledge.county_id == CEHENG
        entered(cast, version, STATIONS, 10)
        submit_pledge(version=version, act=act(cast.officer))
        home = f"/targets/versions/{version.pk}/"
        waits = text_of(cast.verifier, home)
        assert "登记会签的文件后才能批准" in waits
        assert "批准</button>" not in waits
        assert "退回</button>" in waits
        form = text_of(cast.officer, f"{home}agree")
        assert 'value="册亨县人民政府"' in form
        paper = {
            "key": "b", "signed_by": "册亨县人民政府", "document": "5号", "agreed_on": "2020-07-01",
            "evidence": SimpleUploadedFile("agreed.pdf", PDF),
        }  # fmt: skip
        assert door(cast.officer).post(f"{home}agree", paper).status_code == 302
        text = text_of(cast.verifier, home)
        assert "批准</button>" in text
        assert "agreed.pdf" in text
        door(cast.verifier).post(f"{home}approve", {"key": "c"})
        shown = text_of(cast.officer, f"/targets/{version.pledge_id}/?on=2020-07-10", "en")
        assert "which agreed on 2020-07-01" in shown
        assert queries.agreement_address(Agreement.objects.get().pk) == home
        summary = queries.agreement_summaries([Agreement.objects.get().pk])[Agreement.objects.get().pk]
        assert (summary.title, summary.rows[0][1]) == ("责任书", "册亨县人民政府")
