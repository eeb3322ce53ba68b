"""The county's own account: what 陈立 verified in 册亨 lies before 罗文, who answers for the county."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.operations import NotPermitted, Refusal, system_writes
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.models import Place
from bangfu.foundation.review import queries
from bangfu.foundation.review.models import Batch, CountyLine, CountyStatement, Review
from bangfu.foundation.review.operations import (
    UnableToState,
    confirm_records,
    correct_record,
    dispute_record,
)
from bangfu.foundation.review.queries import CountyShares
from tests.cast import CEHENG, GUYUAN, NOW, Cast
from tests.foundation.review import toys
from tests.foundation.review.looking import let_verify

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
VILLAGE = 522327001000


@pytest.fixture
def paper(cast: Cast) -> Batch:
    """Four wells: two in 册亨, one elsewhere, one nowhere; verified."""
    toys.placed({1: CEHENG, 2: CEHENG, 3: GUYUAN})
    found = toys.submit_wells(
        unit=cast.guizhou, ids=toys.wells(cast.guizhou, 4), title="七月水井", act=cast.act(cast.clerk)
    )
    toys.verify_wells(batch=found, act=cast.act(cast.verifier))
    return found


def line(number: int) -> CountyLine:
    """Return the last line of the well with this number."""
    return CountyLine.objects.filter(record_id__endswith=f"{number:05}").latest("pk")


def refused(kind: type[Refusal], code: str, call: Callable[[], Any]) -> None:
    before = CountyStatement.objects.count()
    with pytest.raises(kind) as answer:
        call()
    assert (answer.value.code, CountyStatement.objects.count()) == (code, before)


def shares(cast: Cast) -> CountyShares:
    wells = Review.objects.filter(record_type=toys.WELL.number, record_id__in=toys.wells(cast.guizhou, 4))
    return queries.county_shares(wells)


class TestLines:
    def test_what_was_verified_there_is_put_before_the_county(self, cast: Cast, paper: Batch) -> None:
        first, second, *_ = toys.wells(cast.guizhou, 4)
        shown = CountyLine.objects.order_by("pk").values_list(
            "record_id", "county", "place", "happened_on", "quantity", "unit", "batch", "verified_at"
        )
        rest = (CEHENG, CEHENG, date(2020, 7, 8), Decimal(40), cast.guizhou.pk, paper.pk, NOW)
        assert list(shown) == [(first, *rest), (second, *rest)]
        assert shares(cast) == CountyShares(in_counties=2, confirmed=0, corrected=0, disputed=0)

    def test_what_was_returned_is_not(self, cast: Cast) -> None:
        toys.placed({1: CEHENG})
        found = toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 1), title="x", act=cast.act(cast.clerk)
        )
        toys.return_wells(batch=found, remark="缺照片", act=cast.act(cast.verifier))
        assert not CountyLine.objects.exists()

    def test_who_sees_them(self, cast: Cast, paper: Batch) -> None:
        seen = {
            account.username: queries.lines_for(account, NOW.date()).count()
            for account in (
                cast.county_official, cast.clerk, cast.auditor, cast.clerk_of_yunnan, cast.outsider,
            )
        }  # fmt: skip
        assert seen == {"luowen": 2, "weilan": 2, "hejing": 2, "duanqing": 0, "linyi": 0}


class TestConfirmRecords:
    def test_a_whole_list_at_once(self, cast: Cast, paper: Batch) -> None:
        keys = [line(1).pk, line(2).pk]
        assert confirm_records(lines=keys, act=cast.act(cast.county_official)) == 2
        said = CountyStatement.objects.order_by("line").values_list(
            "line", "answer", "remark", "stated_by", "stated_at"
        )
        assert list(said) == [(key, "CONFIRMED", "", cast.county_official.pk, NOW) for key in keys]
        assert shares(cast) == CountyShares(in_counties=2, confirmed=2, corrected=0, disputed=0)

    def test_refuses_nothing_and_what_has_changed_since(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official)
        refused(UnableToState, "nothing_chosen", lambda: confirm_records(lines=[], act=act))
        old = line(1)
        with system_writes("as a room's correction does"):
            Review.objects.filter(record_id=old.record_id).update(
                state="SUBMITTED", decided_by=None, decided_at=None
            )
        refused(UnableToState, "superseded", lambda: confirm_records(lines=[old.pk], act=act))
        assert shares(cast).in_counties == 1

    def test_who_may(self, cast: Cast, paper: Batch) -> None:
        for account in (cast.clerk, cast.verifier, cast.officer, cast.auditor, cast.outsider):
            act = cast.act(account)
            refused(
                NotPermitted,
                "out_of_scope",
                lambda act=act: confirm_records(lines=[line(1).pk], act=act),
            )

    def test_an_official_of_another_county_may_not(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official)
        refused(NotPermitted, "out_of_scope", lambda: confirm_records(lines=[line(1).pk, 10**9], act=act))

    @pytest.mark.parametrize("role", ["clerk", "verifier", "officer"])
    def test_nobody_speaks_for_both_sides(self, cast: Cast, paper: Batch, role: str) -> None:
        let_verify(cast.county_official, cast.guizhou, role)
        act = cast.act(cast.county_official)
        refused(UnableToState, "company_side", lambda: confirm_records(lines=[line(1).pk], act=act))
        refused(UnableToState, "company_side", lambda: dispute_record(line=line(1), remark="无此井", act=act))

    def test_a_part_in_another_unit_does_not_matter(self, cast: Cast, paper: Batch) -> None:
        let_verify(cast.county_official, cast.yunnan, "clerk")
        assert confirm_records(lines=[line(1).pk], act=cast.act(cast.county_official)) == 1

    def test_the_same_request_twice_is_one_answer(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official, key="once")
        for _ in range(2):
            confirm_records(lines=[line(1).pk], act=act)
        assert CountyStatement.objects.count() == 1


class TestCorrectRecord:
    def test_keeps_what_it_should_be_and_changes_nothing(self, cast: Cast, paper: Batch) -> None:
        before = list(Review.objects.order_by("pk").values())
        said = correct_record(
            line=line(1),
            quantity=Decimal(38),
            happened_on=date(2020, 7, 8),
            remark="水利局台账为38米",
            act=cast.act(cast.county_official),
        )
        assert (said.answer, said.quantity, said.happened_on, said.place) == (
            "CORRECTED", Decimal(38), None, None,
        )  # fmt: skip
        assert list(Review.objects.order_by("pk").values()) == before
        assert shares(cast) == CountyShares(in_counties=2, confirmed=0, corrected=1, disputed=0)

    def test_refuses_what_says_nothing_new_or_gives_no_ground(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official)
        same = Place.objects.get(pk=CEHENG)
        refused(
            UnableToState,
            "nothing_corrected",
            lambda: correct_record(line=line(1), quantity=Decimal(40), place=same, remark="x", act=act),
        )
        refused(
            UnableToState,
            "remark_missing",
            lambda: correct_record(line=line(1), quantity=Decimal(4), remark=" ", act=act),
        )

    def test_who_may(self, cast: Cast, paper: Batch) -> None:
        for account in (cast.clerk, cast.verifier, cast.outsider):
            act = cast.act(account)
            refused(
                NotPermitted,
                "out_of_scope",
                lambda act=act: correct_record(line=line(1), quantity=Decimal(4), remark="x", act=act),
            )


class TestDisputeRecord:
    def test_a_later_statement_supersedes_and_the_earlier_stays(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official)
        dispute_record(line=line(1), remark="没有这口井", act=act)
        assert shares(cast) == CountyShares(in_counties=2, confirmed=0, corrected=0, disputed=1)
        confirm_records(lines=[line(1).pk], act=cast.act(cast.county_official, at=LATER))
        assert shares(cast) == CountyShares(in_counties=2, confirmed=1, corrected=0, disputed=0)
        trail = queries.county_trail(toys.WELL.number, line(1).record_id)
        assert [(one.answer, one.remark, one.stated_at) for one in trail] == [
            ("DISPUTED", "没有这口井", NOW), ("CONFIRMED", "", LATER),
        ]  # fmt: skip

    def test_refuses_without_a_ground(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.county_official)
        refused(UnableToState, "remark_missing", lambda: dispute_record(line=line(1), remark=" ", act=act))

    def test_who_may(self, cast: Cast, paper: Batch) -> None:
        act = cast.act(cast.verifier)
        refused(NotPermitted, "out_of_scope", lambda: dispute_record(line=line(1), remark="x", act=act))

    def test_the_database_keeps_every_statement(self, cast: Cast, paper: Batch) -> None:
        dispute_record(line=line(1), remark="没有这口井", act=cast.act(cast.county_official))
        with system_writes("an attack"), pytest.raises(DatabaseError), transaction.atomic():
            CountyStatement.objects.update(answer="CONFIRMED", remark="")


class TestPages:
    def opened(self, client: Client, account: Account, address: str) -> Any:
        client.force_login(account)
        return client.get(address)

    def test_the_official_is_led_to_the_countys_list(self, cast: Cast, paper: Batch, client: Client) -> None:
        assert self.opened(client, cast.county_official, "/review/").headers["Location"] == "/review/county/"
        assert 'href="/review/"' in client.get("/work/").content.decode()
        page = client.get("/review/county/").content.decode()
        assert "请本县确认" in page
        assert page.count('name="row"') == 2

    def test_confirms_what_is_ticked_then_the_rest(self, cast: Cast, paper: Batch, client: Client) -> None:
        asked = self.opened(client, cast.county_official, "/review/county/")
        said = {"key": str(asked.context["key"]), "row": [line(1).pk]}
        assert "已代表县方确认 1 条" in client.post("/review/county/", said, follow=True).content.decode()
        asked = client.get("/review/county/?answer=OPEN")
        assert [row["line"] for row in asked.context["rows"]] == [line(2)]
        said = {"key": str(asked.context["key"]), "all": "1", "newest": asked.context["newest"]}
        client.post("/review/county/?answer=OPEN", said)
        assert shares(cast).confirmed == 2

    def test_finds_by_word_kind_and_answer(self, cast: Cast, paper: Batch, client: Client) -> None:
        dispute_record(line=line(1), remark="没有这口井", act=cast.act(cast.county_official))
        client.force_login(cast.officer)
        for asked, found in {
            "": 2, "q=七月": 2, "q=册亨": 2, "q=八月": 0, "kind=toys.well": 2, "kind=network.station": 0,
            "answer=DISPUTED": 1, "answer=OPEN": 1, "answer=CONFIRMED": 0, "q=贵州&answer=DISPUTED&sort=place": 1,
        }.items():  # fmt: skip
            page = client.get(f"/review/county/?{asked}")
            assert page.context["page"].paginator.count == found, asked
            assert 'name="row"' not in page.content.decode()

    def test_asks_for_the_lines_a_few_times_however_many_kinds_there_are(
        self, cast: Cast, paper: Batch, client: Client
    ) -> None:
        self.opened(client, cast.officer, "/review/county/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/review/county/")
        assert sum('FROM "review_countyline"' in one["sql"] for one in asked.captured_queries) == 4

    def test_answers_one_line_with_its_ground(self, cast: Cast, paper: Batch, client: Client) -> None:
        address = f"/review/county/{line(1).pk}/"
        page = self.opened(client, cast.county_official, address)
        assert "县方还没有答复" in page.content.decode()
        key = str(page.context["form"].initial["key"])
        bare = client.post(address, {"key": key, "dispute": "1"})
        assert (bare.status_code, CountyStatement.objects.count()) == (409, 0)
        unknown = client.post(address, {"key": key, "correct": "1", "place": "999999", "remark": "x"})
        assert (unknown.status_code, CountyStatement.objects.count()) == (422, 0)
        said = {"key": key, "correct": "1", "place": str(VILLAGE), "remark": "在另一个镇"}
        done = client.post(address, said, follow=True).content.decode()
        assert "县方另有说法" in done
        assert "在另一个镇" in done
        assert 'name="confirm"' not in self.opened(client, cast.officer, address).content.decode()
        assert self.opened(client, cast.clerk_of_yunnan, address).status_code == 403
        assert self.opened(client, cast.outsider, "/review/county/").status_code == 403

    def test_the_paper_shows_what_the_county_said(self, cast: Cast, paper: Batch, client: Client) -> None:
        dispute_record(line=line(1), remark="没有这口井", act=cast.act(cast.county_official))
        page = self.opened(client, cast.verifier, f"/review/{paper.pk}/").content.decode()
        assert "2 条送县方：确认 0，另有说法 0，异议 1" in page
        assert "县方有异议" in page
