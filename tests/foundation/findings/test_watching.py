"""A run of all rules over what stands, by the system's account; two runs at once."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import polars
import pytest
from django.db import connections
from django.utils import timezone

from bangfu.foundation.findings.models import Finding, FindingStep, Run
from bangfu.foundation.findings.operations import set_rule
from bangfu.foundation.findings.register import rules
from bangfu.foundation.findings.watching import due_rules, run_daily, run_rules, watch_account
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.shapes import county_reaches
from tests.cast import CEHENG, FOUNDED, NOW, Cast, enter_cast
from tests.foundation.evidence.files import photograph
from tests.foundation.findings.acting import RULE, seen
from tests.foundation.review.toys import attach_many, keep, wells

HOUSE_RULES = {
    "findings.round_numbers", "findings.period_ends", "findings.counted_twice", "findings.far_from_peers",
    "findings.repeated_picture", "findings.photograph_off", "findings.fast_verifying", "targets.behind",
}  # fmt: skip


class TestTheRules:
    def test_each_explains_itself_in_both_languages(self) -> None:
        assert set(rules()) >= HOUSE_RULES
        for rule in rules().values():
            for words in (rule.title, rule.looks_for, rule.wrong_when, rule.source):
                assert words.zh
                assert words.en
            assert all(one.least <= one.default <= one.most for one in rule.parameters)


class TestCountyReaches:
    def test_a_county_reaches_some_tens_of_kilometres(self) -> None:
        ceheng = county_reaches()[CEHENG]
        assert (round(ceheng.latitude), round(ceheng.longitude)) == (25, 106)
        assert 20 < ceheng.reach_km < 100


@pytest.mark.django_db
class TestWatchAccount:
    def test_is_a_system_with_one_permission_and_never_given_its_grant_back(self, cast: Cast) -> None:
        account = watch_account(on=FOUNDED)
        grant = RoleGrant.objects.get(account=account)
        assert (account.kind, account.has_usable_password(), grant.role, grant.unit) == (
            Account.Kind.SYSTEM, False, "watch", cast.group,
        )  # fmt: skip
        assert watch_account(on=FOUNDED) == account
        assert RoleGrant.objects.filter(account=account).count() == 1


@pytest.mark.django_db
class TestRunRules:
    def test_over_nothing_every_rule_keeps_a_run(self, cast: Cast) -> None:
        done = run_rules(act=cast.act(watch_account(on=FOUNDED)))
        ran = [one.rule.code for one in done]
        assert ran == list(rules())
        assert {*HOUSE_RULES, RULE.code} <= set(ran)  # and those of rooms above
        assert (Run.objects.count(), Finding.objects.count()) == (len(done), 0)

    def test_a_picture_under_two_records_is_one_finding(self, cast: Cast) -> None:
        file = keep(unit=cast.guizhou, name="a.jpg", content=photograph(), act=cast.act(cast.clerk))
        first, second = wells(cast.guizhou, 2)
        frame = polars.DataFrame(
            {"record": [first, second], "digest": [file.pk] * 2, "kind": ["PHOTO"] * 2, "name": ["a.jpg"] * 2}
        )
        attach_many(unit=cast.guizhou, frame=frame, act=cast.act(cast.clerk))
        act = cast.act(watch_account(on=FOUNDED))
        run_rules(act=act, only=["findings.repeated_picture"])
        finding = Finding.objects.get()
        assert (finding.unit, finding.severity, finding.title_en) == (
            cast.guizhou, "HIGH", "One photograph under 2 records (the very same file)",
        )  # fmt: skip
        assert set(finding.objects_named.values_list("kind", "key")) == {
            ("FILE", file.pk), ("RECORD", str(first)), ("RECORD", str(second)),
        }  # fmt: skip

    def test_not_one_that_is_switched_off_nor_one_unknown(self, cast: Cast) -> None:
        set_rule(
            rule=RULE.code, parameters={"limit": Decimal(5)}, is_on=False, source="停用", starts_on=date(2020, 1, 1),
            act=cast.act(cast.officer),
        )  # fmt: skip
        act = cast.act(watch_account(on=FOUNDED))
        assert run_rules(act=act, only=[RULE.code])[0].outcome is None
        assert not Run.objects.exists()
        with pytest.raises(LookupError):
            run_rules(act=act, only=["toys.nothing"])


@pytest.mark.django_db
class TestRunDaily:
    def test_once_a_night(self, cast: Cast) -> None:
        zone = timezone.get_default_timezone()
        evening = datetime(2020, 7, 31, 20, 0, tzinfo=zone)
        first, *rest = due_rules(evening)
        assert [
            one.rule.code
            for one in run_rules(act=Act(watch_account(on=evening.date()), evening), only=[first])
        ] == [first]
        assert due_rules(evening) == rest, "after an interruption, what was still to come"
        assert [one.rule.code for one in run_daily(evening)] == rest
        for hours, due in ((1, []), (5, []), (6.1, [first, *rest])):
            assert due_rules(evening + timedelta(hours=hours)) == due

    def test_not_before_a_house_is_founded(self) -> None:
        assert due_rules(NOW) == []


class TestTwoAtOnce:
    def test_write_one_finding(self, own_database: str) -> None:
        cast = enter_cast()
        watch = watch_account(on=FOUNDED)
        matters = [(f"M{at}", "1", cast.guizhou) for at in range(40)]
        start, failed = threading.Barrier(2), []

        def notice(order: int) -> None:
            try:
                start.wait(10)
                seen(cast, *matters[::order], by=watch)
            except Exception as problem:  # noqa: BLE001 - told by the main thread
                failed.append(problem)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=notice, args=(order,)) for order in (1, -1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []
        assert (Finding.objects.count(), FindingStep.objects.filter(done="RAISED").count()) == (40, 40)
        assert sum(Run.objects.values_list("raised", flat=True)) == 40
