"""Published figures asked anew: what changed, by how much, and why, down to the facts and who stands behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bangfu.connectivity.network.models import Station
from bangfu.foundation.ledger import operations as ledger
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.models import Block, Fact
from bangfu.foundation.operations import Act, Scope, operation
from bangfu.foundation.organisation import permissions
from bangfu.foundation.organisation.operations import rename_unit
from bangfu.reporting.corrections.causes import Cause
from bangfu.reporting.corrections.queries import newest_block
from bangfu.reporting.corrections.restating import Restated, Standing, restated
from bangfu.reporting.corrections.tracing import traced
from tests.cast import CEHENG
from tests.reporting.corrections.conftest import COVERAGE, IN_CEHENG, STATIONS, STUDENTS, Published
from tests.reporting.kinds import party
from tests.reporting.publications.conftest import verify_all


@operation("story.withdraw", scope=lambda **_: Scope())
def withdraw(*, station: Station, fact: int, act: Act) -> int:
    """Take back the fact of one record, as a room does that withdraws it."""
    return ledger.reverse_many([fact], reason="withdrawn", act=act)


def now(published: Published) -> list[Restated]:
    return restated(published.publication, newest_block())


def told_of(cause: Cause) -> tuple[int, str, str, int, Decimal]:
    return cause.term, cause.kind, cause.reason, len(cause.facts), cause.quantity


class TestRestated:
    def test_says_that_nothing_changed(self, published: Published) -> None:
        assert [one.standing for one in now(published)] == [Standing.SAME] * 4
        assert [one.difference for one in now(published)] == [0] * 4

    def test_gives_old_new_difference_and_causes(self, published: Published) -> None:
        late, gone = published.change()
        back = Fact.objects.get(reverses_id=gone)
        found = now(published)
        assert [(str(one.old.value), str(one.now.value), one.standing) for one in found] == [
            ("33", "34.0000", Standing.WRONG_PRINT),
            ("29", "30.0000", Standing.WRONG_PRINT),
            ("8", "8", Standing.SAME),
            ("0.6666666667", "0.6666666667", Standing.SAME),
        ]
        assert [str(found[STATIONS].old.text), str(found[STATIONS].now.text)] == ["33个", "34个"]
        assert found[STATIONS].difference == 1
        assert [told_of(one) for one in found[STATIONS].causes] == [
            (0, "BACK", "duplicate_report", 1, Decimal(-1)),
            (0, "LATE", "", 2, Decimal(2)),
        ]
        assert [one.facts for one in found[IN_CEHENG].causes] == [(back.pk,), tuple(late)]

    def test_counts_what_cancels_out_as_facts_and_not_as_a_change(self, published: Published) -> None:
        published.story.reverse(*published.story.stations(1, on=date(2019, 6, 1)))
        published.story.seal()
        one = now(published)[STATIONS]
        assert (one.standing, one.difference, one.fact_count) == (Standing.SAME_VALUE, 0, 2)

    def test_tells_a_wrong_print_from_digits_behind_it(self, published: Published) -> None:
        baseline = declared_measures()["network.baseline_villages"]
        covered = declared_measures()["network.covered_villages"]
        for measure, count in ((covered, 1998), (baseline, 2996)):
            published.story.post(measure, [count], unit=None, place=CEHENG, on=date(2018, 5, 1))
        verify_all()
        published.story.seal()
        one = now(published)[COVERAGE]
        assert (str(one.old.text), str(one.now.text)) == ("66.6%", "66.6%")
        assert (one.standing, str(one.now.value)) == (Standing.SAME_PRINT, "0.6668889630")
        assert {cause.term for cause in one.causes} == {0, 1}

    def test_leaves_out_what_came_after_the_block_that_is_asked(self, published: Published) -> None:
        block = newest_block()
        published.change()
        assert [one.standing for one in restated(published.publication, block)] == [Standing.SAME] * 4

    def test_a_changed_display_or_title_of_today_changes_nothing(self, published: Published) -> None:
        cast = published.story.cast
        rename_unit(
            unit=cast.guizhou, name_zh="贵州公司", name_en="Guizhou", on=date(2020, 1, 1),
            act=cast.act(cast.administrator),
        )  # fmt: skip
        published.story.seal()
        assert [one.standing for one in now(published)] == [Standing.SAME] * 4


class TestWhoseUnitEverybodyMayKnow:
    def test_of_things_always_of_persons_from_five_on(self, published: Published) -> None:
        published.change()
        helped = declared_measures()["grants.students"]
        cast, story = published.story.cast, published.story
        many = [party(number) for number in range(20, 26)]
        story.post(helped, [1] * 6, unit=None, place=CEHENG, on=date(2019, 3, 5), parties=many)
        verify_all()
        story.seal()
        found = now(published)
        assert [one.shows_unit for one in found[STATIONS].causes] == [True, True]
        assert [(one.unit, one.shows_unit) for one in found[STUDENTS].causes] == [(cast.guizhou.pk, True)]
        story.post(helped, [1], unit=cast.yunnan.pk, place=CEHENG, on=date(2019, 3, 5), parties=[party(30)])
        verify_all()
        story.seal()
        assert [one.shows_unit for one in now(published)[STUDENTS].causes] == [False, False]


class TestTraced:
    def test_names_who_entered_and_verified_each_fact(self, published: Published) -> None:
        late, gone = published.change()
        one = now(published)[STATIONS]
        rows, pages = traced(one.causes, one.figure.selection, 1)
        assert pages == 1
        assert [(row.fact in late, row.reverses == gone) for row in rows] == [
            (False, True), (True, False), (True, False),
        ]  # fmt: skip
        assert [[(words.zh, name) for words, name in row.who] for row in rows[1:]] == [
            [("报送", "韦兰"), ("核验", "陈立")]
        ] * 2
        assert {row.block for row in rows} == {Block.objects.order_by("-number")[0].number}

    def test_names_who_took_one_back_and_by_what(
        self, published: Published, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known = permissions.role_permissions
        monkeypatch.setattr(permissions, "role_permissions", lambda role: known(role) | {"story.withdraw"})
        fact = Fact.objects.get(
            pk=published.publication.figures.get(position=IN_CEHENG).terms.get().facts[-3]
        )
        withdraw(
            station=Station(pk=fact.subject_id), fact=fact.pk,
            act=published.story.cast.act(published.story.cast.officer),
        )  # fmt: skip
        published.story.seal()
        one = now(published)[STATIONS]
        ((row,), _) = traced(one.causes, one.figure.selection, 1)
        assert (row.cause.zh, row.reverses) == ("冲正：记录已撤回", fact.pk)
        assert [(words.zh, name) for words, name in row.who] == [("story.withdraw", "周敏")]
