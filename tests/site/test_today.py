"""Today: what waits for each of the cast, in the order of its role, and what became different since."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bangfu.foundation.accounts.models import SignIn
from bangfu.foundation.ledger.entered import facts_since
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.operations import enter_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.reporting.corrections.models import AnsweringRule
from bangfu.reporting.dashboard.changed import movements_since
from bangfu.site import today
from tests.cast import FOUNDED, NOW, YUNNAN, Cast
from tests.foundation.review import toys
from tests.reporting.conftest import short_report, story  # noqa: F401 - fixtures
from tests.reporting.story import Story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def door(account: Account, language: str = "zh") -> Client:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = "en" if language == "en" else "zh-hans"
    return client


def page_of(account: Account, language: str = "zh", query: str = "") -> str:
    answer = door(account, language).get(f"/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def parts_of(page: str) -> list[str]:
    """Return the parts of a page in the order in which they stand."""
    return re.findall(r'<section class="today-part" aria-labelledby="([a-z-]+)"', page)


class TestFaces:
    def test_each_role_reads_its_own_order(self, cast: Cast) -> None:
        orders = {
            cast.officer: ("do", "units", "changed"),
            cast.verifier: ("do", "changed", "units"),
            cast.clerk: ("do", "changed", "units", "rooms"),
            cast.county_official: ("do", "changed", "rooms"),
            cast.auditor: ("changed", "do", "units"),
            cast.security: ("do", "changed", "rooms"),
            cast.outsider: ("do", "changed", "rooms"),
        }
        for account, order in orders.items():
            assert today.sections_of(account, NOW.date()) == order, account.username

    def test_the_page_stands_in_that_order(self, cast: Cast) -> None:
        assert parts_of(page_of(cast.officer)) == ["to-do", "my-units", "what-changed"]
        assert parts_of(page_of(cast.clerk)) == ["to-do", "what-changed", "my-units", "my-rooms"]
        assert parts_of(page_of(cast.auditor)) == ["what-changed", "to-do", "my-units"]
        assert parts_of(page_of(cast.county_official)) == ["to-do", "what-changed", "my-rooms"]

    def test_whoever_reports_enters_from_here(self, cast: Cast) -> None:
        enters = '<a class="button" href="/intake/reported/">'
        assert [enters in page_of(one) for one in (cast.clerk, cast.officer, cast.verifier, cast.auditor)] == [
            True, True, False, False,
        ]  # fmt: skip
        assert door(cast.clerk).get("/intake/reported/").status_code == 200

    def test_says_so_when_nothing_waits(self, cast: Cast) -> None:
        assert "现在没有等您办的事" in page_of(cast.officer)
        assert "Nothing waits for you now" in page_of(cast.officer, "en")
        assert "没有变化" in page_of(cast.outsider)

    def test_no_name_of_a_person_stands_among_the_units(self, cast: Cast) -> None:
        page = page_of(cast.auditor)
        units = page[page.index('id="my-units"') :]
        for account in (cast.officer, cast.clerk, cast.verifier, cast.clerk_of_yunnan):
            assert account.display_name not in units


class TestTasks:
    def paper(self, cast: Cast, days: int, first: int = 1) -> Batch:
        return toys.submit_wells(
            unit=cast.guizhou, ids=toys.wells(cast.guizhou, 2, first), title="七月水井",
            act=cast.act(cast.clerk, at=timezone.now() - timedelta(days=days)),
        )  # fmt: skip

    def test_stand_on_the_page_with_how_long_they_wait(self, cast: Cast) -> None:
        with toys.toys_entered():
            self.paper(cast, 3)
            page = page_of(cast.verifier)
            assert 'href="/review/?view=waiting&amp;sort=age"' in page
            assert "等了 3 天" in page
            assert "for 3 days" in page_of(cast.verifier, "en")
            assert "/review/?view=waiting" not in page_of(cast.clerk)

    def test_the_menu_says_how_many_and_asks_for_it_once(self, cast: Cast) -> None:
        with toys.toys_entered():
            self.paper(cast, 0)
            client = door(cast.verifier)
            page = client.get("/work/").content.decode()
            assert page.count('hx-get="/waiting" hx-trigger="load"') == 1, (
                "not known yet: the page asks for it"
            )
            assert "1 件等我办" in client.get("/waiting").content.decode()
            page = client.get("/work/").content.decode()
            assert page.count('<span class="visually-hidden">1 件等我办</span>') == 2
            assert "/waiting" not in page
            self.paper(cast, 0, first=10)
            assert "1 件等我办" in client.get("/work/").content.decode(), "kept for half a minute"
            client.get("/")
            assert "2 件等我办" in client.get("/work/").content.decode(), "Today counts anew"
            self.paper(cast, 0, first=20)
            client.post("/language", {"language": "zh-hans", "next": "/"})
            assert "3 件等我办" in client.get("/waiting").content.decode(), "whoever acts has it counted anew"
            assert client.get("/waiting").content.decode().count("count-badge") == 1
            assert door(cast.clerk).get("/waiting").content.decode().strip() == ""
            assert Client().get("/waiting").status_code == 302

    def test_no_statement_carries_the_keys_of_all_units(self, cast: Cast) -> None:
        with system_writes("branches"):
            for number in range(30):
                enter_unit(
                    code=f"X{number}", name_zh=f"分公司{number}", name_en=f"Branch {number}", parent=cast.group,
                    kind=Unit.Kind.PROVINCE, place=None, starts_on=FOUNDED,
                )  # fmt: skip
        client = door(cast.officer)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        # What stands on the page is of the units directly below the reader's own, which are asked for by name.
        listed = [one["sql"] for one in asked.captured_queries if re.search(r"IN \((\d+, ){30,}", one["sql"])]
        assert not [one for one in listed if 'FROM "targets_' not in one]

    def test_the_menus_reports_are_those_that_its_reader_may_open(self, cast: Cast) -> None:
        for account, address in (
            (cast.officer, "/reports/"),
            (cast.county_official, "/publications/published/"),
        ):
            client = door(account)
            assert f'href="{address}"' in client.get("/work/").content.decode()
            assert client.get(address).status_code == 200

    def test_a_known_count_asks_the_database_nothing(self, cast: Cast) -> None:
        today.waiting_count(cast.verifier, timezone.localdate(), 0)
        with CaptureQueriesContext(connection) as asked:
            today.waiting_count(cast.verifier, timezone.localdate(), 0)
        assert len(asked) == 0

    @pytest.mark.parametrize("said", ["", "x", "nan", "inf", "-1"])
    def test_a_cookie_that_says_nothing_is_no_fault(self, cast: Cast, said: str) -> None:
        client = door(cast.verifier)
        client.cookies[today.ACTED] = said
        assert client.get("/work/").status_code == 200

    def test_are_asked_as_often_for_many_papers_as_for_few(self, cast: Cast) -> None:
        with toys.toys_entered():
            self.paper(cast, 0)
            with CaptureQueriesContext(connection) as few:
                today.tasks_of(cast.verifier, timezone.localdate())
            for number in range(1, 12):
                self.paper(cast, number, first=10 * number)
            with CaptureQueriesContext(connection) as many:
                (task,) = today.tasks_of(cast.verifier, timezone.localdate())
            assert (task.waiting.count, len(many)) == (12, len(few))

    def test_a_closed_account_has_none(self, cast: Cast) -> None:
        with toys.toys_entered():
            self.paper(cast, 0)
            with system_writes("an account is closed"):
                Account.objects.filter(pk=cast.verifier.pk).update(is_active=False)
            assert today.tasks_of(Account.objects.get(pk=cast.verifier.pk), timezone.localdate()) == []

    def test_every_line_opens_for_whom_it_waits(self, cast: Cast) -> None:
        with toys.toys_entered():
            self.paper(cast, 1)
            for account in (cast.officer, cast.verifier, cast.clerk, cast.auditor, cast.county_official):
                for task in today.tasks_of(account, timezone.localdate()):
                    assert door(account).get(task.waiting.address).status_code == 200


class TestSince:
    def test_the_last_working_day_skips_the_weekend_and_the_offices_rest_days(self, cast: Cast) -> None:
        assert today.last_working_day(date(2020, 7, 31)) == date(2020, 7, 30)
        assert today.last_working_day(date(2020, 8, 3)) == date(2020, 7, 31)
        with system_writes("the office's calendar"):
            AnsweringRule.objects.create(
                working_days=15, source="办公室", starts_on=date(2020, 1, 1), rest_days=[date(2020, 7, 30)],
                made_up_days=[date(2020, 8, 2)], set_by=cast.officer, set_at=NOW,
            )  # fmt: skip
        assert today.last_working_day(date(2020, 7, 31)) == date(2020, 7, 29)
        assert today.last_working_day(date(2020, 8, 3)) == date(2020, 8, 2)

    def test_is_what_was_chosen(self, cast: Cast) -> None:
        on = date(2020, 7, 31)

        def moment(text: str) -> tuple[str, datetime]:
            found = today.since_asked(cast.officer, text, on)
            return found.code, timezone.localtime(found.moment).replace(tzinfo=None)

        assert moment("") == ("workday", datetime(2020, 7, 30))
        assert moment("evening") == ("evening", datetime(2020, 7, 31))
        assert moment("week") == ("week", datetime(2020, 7, 24))
        assert moment("2020-05-01") == ("2020-05-01", datetime(2020, 5, 1))
        assert moment("visit") == ("workday", datetime(2020, 7, 30)), "it never signed in"
        assert moment("nonsense") == ("workday", datetime(2020, 7, 30))

    def test_the_last_visit_is_the_sign_in_before_this_one(self, cast: Cast) -> None:
        with system_writes("the log of sign-ins"):
            for kind in ("SIGNED_IN", "WRONG_PASSWORD", "SIGNED_IN", "SIGNED_IN"):
                SignIn.objects.create(kind=kind, account=cast.officer, recorded_at=timezone.now())
        times = list(
            SignIn.objects.filter(kind="SIGNED_IN").order_by("-id").values_list("recorded_at", flat=True)
        )
        assert today.last_visit(cast.officer) == times[1]
        assert today.last_visit(cast.clerk) is None
        assert today.since_asked(cast.officer, "visit", date(2020, 7, 31)).moment == times[1]


@pytest.fixture
def moved(story: Story, short_report: Path) -> tuple[Story, datetime]:  # noqa: F811
    """Three stations entered before a moment; two entered and one of the first taken back after it."""
    first, *_ = story.stations(3, on=date(2019, 5, 4))
    story.seal()
    moment = timezone.now()
    story.stations(2, on=date(2019, 6, 4))
    story.reverse(first)
    return story, moment


class TestMoved:
    def test_facts_since_a_moment_are_found_sealed_or_not(self, moved: tuple[Story, datetime]) -> None:
        house, moment = moved
        assert facts_since(moment).count() == 3
        house.seal()
        assert facts_since(moment).count() == 3
        assert facts_since(timezone.now()).count() == 0
        assert facts_since(moment - timedelta(days=1)).count() == Fact.objects.count() == 6

    def test_figures_that_moved_open_as_they_stand_now(self, moved: tuple[Story, datetime]) -> None:
        house, moment = moved
        told = movements_since(house.cast.officer, moment, NOW.date())
        assert (told.entered, told.taken_back, told.untold, told.more) == (2, 1, 0, 0)
        (one,) = told.shown
        assert (one.figure.value, one.entered, one.taken_back, one.net) == (Decimal(4), 2, 1, Decimal(1))
        assert one.figure.address == "/f/network.base_stations/?period=2019"
        assert one.net_text == "+1 个"

    def test_a_branch_reads_its_own_facts(self, moved: tuple[Story, datetime]) -> None:
        house, moment = moved
        house.stations(5, unit=house.cast.yunnan.pk, place=YUNNAN, on=date(2019, 7, 1))
        with system_writes("a clerk without the group's figures"):
            house.cast.clerk.grants.filter(role="reader").update(ends_on=date(2020, 1, 1))
        told = movements_since(house.cast.clerk, moment, NOW.date())
        assert (told.entered, told.taken_back) == (2, 1)
        (one,) = told.shown
        assert one.figure.address == "/f/network.base_stations/?period=2019&unit=P52"
        assert one.figure.value == Decimal(4)
        assert movements_since(house.cast.officer, moment, NOW.date()).entered == 7

    def test_what_the_report_does_not_tell_is_counted_apart(self, moved: tuple[Story, datetime]) -> None:
        from tests.reporting.story import LAMPS

        house, moment = moved
        house.post(LAMPS, [3], unit=None, place=YUNNAN, on=date(2019, 7, 1))
        told = movements_since(house.cast.officer, moment, NOW.date())
        assert (told.entered, told.untold, len(told.shown)) == (3, 1, 1)

    def test_asks_as_often_for_many_facts_as_for_few(self, moved: tuple[Story, datetime]) -> None:
        house, moment = moved
        with CaptureQueriesContext(connection) as few:
            movements_since(house.cast.officer, moment, NOW.date())
        house.stations(400, on=date(2019, 8, 1))
        with CaptureQueriesContext(connection) as many:
            assert movements_since(house.cast.officer, moment, NOW.date()).entered == 402
        assert len(many) == len(few)

    def test_stands_on_the_page_and_opens(self, moved: tuple[Story, datetime]) -> None:
        house, _ = moved
        page = page_of(house.cast.officer)
        assert "新计入 5 条事实，冲正 1 条" in page
        assert 'class="figure" href="/f/network.base_stations/?period=2019"' in page
        assert "5 facts entered, 1 taken back" in page_of(house.cast.officer, "en")
        client = door(house.cast.officer)
        assert client.get("/f/network.base_stations/facts?period=2019&sort=-entered").status_code == 200


def test_whoever_may_read_no_figures_is_told_of_none(moved: tuple[Story, datetime]) -> None:
    cast = moved[0].cast
    assert today.moved_since(cast.outsider, timezone.now() - timedelta(days=1), NOW.date()) is None
    assert "条事实" not in page_of(cast.security)
