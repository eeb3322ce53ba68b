"""What reviews say to Today: whom they wait for, and what was decided since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch, CountyLine
from bangfu.foundation.review.operations import confirm_records, dispute_record, draw_sample
from bangfu.foundation.review.waiting import answered, decided, to_confirm, to_decide, to_mend
from tests.cast import CEHENG, NOW, Cast
from tests.foundation.review import toys
from tests.foundation.review.looking import looked_at

pytestmark = pytest.mark.django_db

TODAY = date(2020, 7, 31)


def submitted(cast: Cast, count: int = 3, first: int = 1, days: int = 0) -> Batch:
    return toys.submit_wells(
        unit=cast.guizhou,
        ids=toys.wells(cast.guizhou, count, first),
        title="七月水井",
        act=cast.act(cast.clerk, at=NOW - timedelta(days=days)),
    )


def door(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestToDecide:
    def test_waits_for_the_verifier_and_never_for_who_submitted(self, cast: Cast) -> None:
        submitted(cast, 3, days=4)
        submitted(cast, 2, first=10)
        (line,) = to_decide(cast.verifier, TODAY)
        assert (line.count, line.since, line.overdue) == (2, date(2020, 7, 27), 0)
        assert line.about is not None
        assert line.about.en == "5 records"
        for other in (cast.clerk, cast.officer, cast.auditor, cast.county_official, cast.outsider):
            assert to_decide(other, TODAY) == []

    def test_a_verifier_is_not_asked_about_a_paper_of_its_own(self, cast: Cast) -> None:
        act = cast.act(cast.verifier)
        toys.submit_wells(unit=cast.guizhou, ids=toys.wells(cast.guizhou, 1), title="x", act=act)
        assert to_decide(cast.verifier, TODAY) == []

    def test_says_of_how_many_the_sample_is_still_to_be_looked_at(self, cast: Cast) -> None:
        paper = submitted(cast)
        draw_sample(batch=paper, act=cast.act(cast.verifier))
        (line,) = to_decide(cast.verifier, TODAY)
        assert line.about is not None
        assert line.about.zh == "3 条记录；1 份已抽样，样本还没看完"
        other = submitted(cast, 2, first=10)
        looked_at(other, cast.act(cast.verifier))
        (line,) = to_decide(cast.verifier, TODAY)
        assert line.about is not None
        assert line.about.en == "5 records; 1 with a sample still to be looked at"

    def test_the_page_behind_it_lists_as_many(self, cast: Cast) -> None:
        submitted(cast)
        (line,) = to_decide(cast.verifier, TODAY)
        assert door(cast.verifier).get(line.address).context["page"].paginator.count == line.count

    def test_nothing_waits_once_it_is_decided(self, cast: Cast) -> None:
        paper = looked_at(submitted(cast), cast.act(cast.verifier))
        toys.verify_wells(batch=paper, act=cast.act(cast.verifier))
        assert to_decide(cast.verifier, TODAY) == []

    def test_not_for_an_account_whose_grant_ended(self, cast: Cast) -> None:
        submitted(cast)
        with system_writes("a grant ends"):
            RoleGrant.objects.filter(account=cast.verifier).update(ends_on=TODAY)
        assert to_decide(cast.verifier, TODAY) == []


class TestToMend:
    def returned(self, cast: Cast, count: int = 3) -> Batch:
        paper = submitted(cast, count)
        toys.return_wells(batch=paper, remark="缺照片", act=cast.act(cast.verifier))
        return paper

    def test_waits_for_who_submitted_alone(self, cast: Cast) -> None:
        self.returned(cast)
        (line,) = to_mend(cast.clerk, TODAY)
        assert (line.count, line.since) == (3, TODAY)
        for other in (cast.verifier, cast.officer, cast.clerk_of_yunnan):
            assert to_mend(other, TODAY) == []
        page = door(cast.clerk).get(line.address)
        assert page.context["page"].paginator.count == 1
        assert "七月水井" in page.content.decode()

    def test_is_gone_when_all_of_it_is_submitted_again(self, cast: Cast) -> None:
        self.returned(cast)
        submitted(cast, 2)
        (line,) = to_mend(cast.clerk, TODAY)
        assert line.count == 1
        submitted(cast, 1, first=3)
        assert to_mend(cast.clerk, TODAY) == []
        assert "没有退回给您的单据" in door(cast.clerk).get("/review/?view=returned").content.decode()

    def test_not_for_who_may_not_work_there_any_more(self, cast: Cast) -> None:
        self.returned(cast)
        with system_writes("a clerk moves to another branch"):
            RoleGrant.objects.filter(account=cast.clerk, role="clerk").update(unit=cast.yunnan)
        assert to_mend(cast.clerk, TODAY) == []

    def test_a_record_submitted_alone_opens_by_itself(self, cast: Cast) -> None:
        with system_writes("the verifier decides for offices"):
            RoleGrant.objects.filter(account=cast.verifier, role="verifier").update(unit=cast.group)
        toys.submit_office(unit=cast.guizhou, act=cast.act(cast.clerk))
        toys.decide_office(unit=cast.guizhou, state="RETURNED", remark="写错了", act=cast.act(cast.verifier))
        (line,) = to_mend(cast.clerk, TODAY)
        assert (line.count, line.address) == (1, f"/units/{cast.guizhou.pk}")
        assert line.about is not None
        assert line.about.zh == "写错了"


class TestToConfirm:
    @pytest.fixture
    def paper(self, cast: Cast) -> Batch:
        toys.placed({1: CEHENG, 2: CEHENG})
        paper = looked_at(submitted(cast), cast.act(cast.verifier))
        toys.verify_wells(batch=paper, act=cast.act(cast.verifier))
        return paper

    def test_waits_for_the_county_and_not_for_the_company(self, cast: Cast, paper: Batch) -> None:
        (line,) = to_confirm(cast.county_official, TODAY)
        assert (line.count, line.since) == (2, TODAY)
        for other in (cast.verifier, cast.clerk, cast.officer):
            assert to_confirm(other, TODAY) == []
        page = door(cast.county_official).get(line.address)
        assert page.context["page"].paginator.count == 2

    def test_is_gone_with_the_last_answer_and_tells_what_was_disputed(self, cast: Cast, paper: Batch) -> None:
        first, second = CountyLine.objects.order_by("pk")
        confirm_records(lines=[first.pk], act=cast.act(cast.county_official))
        dispute_record(line=second, remark="没有这口井", act=cast.act(cast.county_official))
        assert to_confirm(cast.county_official, TODAY) == []
        since = NOW - timedelta(hours=1)
        (told,) = answered(cast.officer, since, TODAY)
        assert told.what.zh == "县方对 1 条记录提出异议或另有说法"
        assert told.is_back
        assert answered(cast.clerk_of_yunnan, since, TODAY) == []
        assert answered(cast.officer, NOW + timedelta(hours=1), TODAY) == []


class TestDecided:
    def test_tells_what_was_verified_and_returned_since(self, cast: Cast) -> None:
        act = cast.act(cast.verifier)
        toys.verify_wells(batch=looked_at(submitted(cast), act), act=act)
        toys.return_wells(batch=submitted(cast, 2, first=10), remark="缺照片", act=act)
        since = NOW - timedelta(hours=1)
        verified, returned = decided(cast.officer, since, TODAY)
        assert (verified.what.zh, verified.is_back) == ("核验通过 1 份单据，3 条记录", False)
        assert (returned.what.en, returned.is_back) == ("1 paper returned, 2 records", True)
        page = door(cast.officer).get(verified.address)
        assert page.context["page"].paginator.count == 1
        assert decided(cast.officer, NOW + timedelta(hours=1), TODAY) == []
        assert decided(cast.clerk_of_yunnan, since, TODAY) == []
