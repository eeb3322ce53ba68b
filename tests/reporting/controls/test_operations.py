"""A control total from its entry to a statement that adds up, and everything that stands in its way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.findings.models import Finding, FindingState
from bangfu.foundation.findings.watching import run_rules, watch_account
from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.queries import checked
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, NotPermitted, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.rooms import record_type
from bangfu.reporting.controls import queries
from bangfu.reporting.controls.models import (
    Category,
    ControlLine,
    ControlTotal,
    Decision,
    Difference,
    Explanation,
    Reconciliation,
    Ruling,
)
from bangfu.reporting.controls.operations import (
    UnableToEnter,
    UnableToExplain,
    UnableToReconcile,
    decide_explanation,
    enter_total,
    explain_difference,
    import_lines,
    reconcile_total,
    revise_total,
)
from bangfu.reporting.queries import figure_in
from tests.cast import FOUNDED, NOW
from tests.reporting.controls.conftest import PAID, Books

BY_MONTH_AND_UNIT = ("1,2019-05,P52,,,3000.50", "1,2019年6月,P52,,,700", "1,2019-07,P53,,,300")
"""What the general ledger says: June of Guizhou is 50 lower, and Yunnan's 1,000 of June are 300 of July."""


class TestEnterTotal:
    def test_keeps_what_the_other_book_says(self, books: Books) -> None:
        total = books.entered()
        assert (total.number, total.revision, total.question, total.amount) == (
            1,
            1,
            "period=2019",
            Decimal("4000.50"),
        )
        assert books.entered().number == 2

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"indicator": "network.base_stations"}, "not_money"),
            ({"indicator": "grants.amount_each"}, "not_money"),
            ({"account": " "}, "account_missing"),
            ({"amount": Decimal("1.005")}, "amount_out_of_bounds"),
            ({"taken_on": date(2020, 8, 1)}, "day_ahead"),
        ],
    )
    def test_refuses_what_cannot_be_reconciled(
        self, books: Books, said: dict[str, object], code: str
    ) -> None:
        with pytest.raises(UnableToEnter) as refused:
            books.entered(**said)
        assert refused.value.code == code
        assert not ControlTotal.objects.exists()

    def test_is_for_those_who_keep_the_books(self, books: Books) -> None:
        cast = books.story.cast
        for account in (cast.verifier, cast.clerk, cast.county_official, cast.outsider):
            with pytest.raises(NotPermitted):
                books.entered(act=books.act(account))
        assert books.entered(act=books.act(cast.auditor)).number == 1

    def test_the_same_key_enters_once(self, books: Books) -> None:
        first, second = (books.entered(act=books.act(key="a")) for _ in range(2))
        assert first == second
        with pytest.raises(NotPermitted) as refused:
            books.entered("1.00", act=books.act(key="a"))
        assert refused.value.code == "key_reused"


class TestReviseTotal:
    def test_is_the_next_revision_and_the_earlier_stays(self, books: Books) -> None:
        first = books.entered()
        second = revise_total(
            total=first, account="6711.03", amount=Decimal(4_100), taken_on=date(2020, 7, 2), act=books.act()
        )
        assert (second.number, second.revision, second.question, second.keys) == (1, 2, "period=2019", "")
        assert [one.revision for one in queries.revisions_of(1)] == [2, 1]
        assert queries.standing_of(1).total == second
        with pytest.raises(UnableToEnter) as refused:
            revise_total(
                total=first, account="x", amount=Decimal(1), taken_on=date(2020, 7, 2), act=books.act()
            )
        assert refused.value.code == "superseded"
        with pytest.raises(UnableToReconcile) as stale:
            reconcile_total(total=first, act=books.act())
        assert stale.value.code == "superseded"

    def test_the_database_takes_a_revision_once(self, books: Books) -> None:
        first = books.entered()
        past = system_writes("the lock is off")
        with pytest.raises(IntegrityError), transaction.atomic(), past:
            ControlTotal.objects.create(
                number=1, revision=1, source=first.source, account="x", indicator=PAID, question="period=2019",
                amount=1, taken_on=first.taken_on, entered_by=books.story.cast.officer, entered_at=NOW,
            )  # fmt: skip


class TestImportLines:
    def test_lines_are_the_next_revision(self, books: Books) -> None:
        books.entered()
        upload = books.uploaded(*BY_MONTH_AND_UNIT)
        assert checked(upload).refusals == []
        total = import_lines(upload=upload, act=books.act())
        assert (total.revision, total.keys, total.amount) == (2, "month unit", Decimal("4000.50"))
        cast = books.story.cast
        assert list(ControlLine.objects.order_by("position").values_list("month", "unit", "amount")) == [
            (date(2019, 5, 1), cast.guizhou.pk, Decimal("3000.5")),
            (date(2019, 6, 1), cast.guizhou.pk, Decimal(700)),
            (date(2019, 7, 1), cast.yunnan.pk, Decimal(300)),
        ]

    @pytest.mark.parametrize(
        ("rows", "column"),
        [
            (("9,2019-05,,,,4000.50",), "total"),
            (("1,2019-05,,,,4000",), "amount"),
            (("1,2019-13,,,,4000.50",), "month"),
            (("1,,NOWHERE,,,4000.50",), "unit"),
            (("1,,,,,4000.50",), None),
            (("1,2019-05,P52,,,4000", "1,2019-06,,,,0.50"), None),
            (("1,2019-05,,,,4000", "2,2019-06,,,,0.50"), "total"),
        ],
    )
    def test_refuses_lines_that_do_not_fit(
        self, books: Books, rows: tuple[str, ...], column: str | None
    ) -> None:
        books.entered()
        books.entered()
        upload = books.uploaded(*rows)
        assert {one.column for one in checked(upload).refusals} == {column}
        with pytest.raises(UnableToImport) as refused:
            import_lines(upload=upload, act=books.act())
        assert refused.value.code == "rows_refused"
        assert not ControlLine.objects.exists()

    def test_a_balance_has_no_months(self, books: Books) -> None:
        books.entered("0.00", indicator="grants.fund_left")
        refusals = checked(books.uploaded("1,2019-05,,,,0")).refusals
        assert [one.column for one in refusals] == ["month"]

    def test_is_for_those_who_keep_the_books(self, books: Books) -> None:
        books.entered()
        upload = books.uploaded(*BY_MONTH_AND_UNIT)
        with pytest.raises(NotPermitted):
            import_lines(upload=upload, act=books.act(books.story.cast.verifier))


def reconciled(books: Books) -> Reconciliation:
    """Enter the total with lines and hold it against the figure."""
    books.entered()
    total = import_lines(upload=books.uploaded(*BY_MONTH_AND_UNIT), act=books.act())
    return reconcile_total(total=total, act=books.act())


class TestReconcileTotal:
    def test_writes_down_every_difference(self, books: Books) -> None:
        made = reconciled(books)
        assert (made.block, made.ours, made.matched) == (books.block, Decimal("4750.50"), 1)
        cast = books.story.cast
        rows = made.differences.order_by("position").values_list("kind", "month", "unit", "ours", "theirs")
        assert list(rows) == [
            ("ONLY_OURS", date(2019, 6, 1), cast.yunnan.pk, Decimal(1_000), None),
            ("ONLY_THEIRS", date(2019, 7, 1), cast.yunnan.pk, None, Decimal(300)),
            ("AMOUNT", date(2019, 6, 1), cast.guizhou.pk, Decimal(750), Decimal(700)),
        ]

    def test_without_lines_compares_the_totals(self, books: Books) -> None:
        made = reconcile_total(total=books.entered(), act=books.act())
        assert list(made.differences.values_list("kind", "ours", "theirs")) == [
            ("AMOUNT", Decimal("4750.50"), Decimal("4000.50"))
        ]
        same = reconcile_total(total=books.entered("4750.50"), act=books.act())
        assert (same.matched, same.differences.count()) == (1, 0)
        assert queries.standing_of(2).gap == 0

    def test_by_place_and_by_document(self, books: Books) -> None:
        books.entered("4750.50")
        total = import_lines(
            upload=books.uploaded("1,,,贵州省,,3750.50", "1,,,130724,,1000"), act=books.act()
        )
        made = reconcile_total(total=total, act=books.act())
        assert (made.matched, made.differences.count()) == (2, 0)
        books.entered("3000.00")
        first, second, *_ = (Fact.objects.get(pk=fact).identity for fact in books.facts)
        rows = (f"2,,,,{first},1000.50", f"2,,,,{second},1999.50")
        by_document = import_lines(upload=books.uploaded(*rows), act=books.act())
        made = reconcile_total(total=by_document, act=books.act())
        kinds = list(made.differences.order_by("position").values_list("kind", flat=True))
        assert (made.matched, kinds) == (1, ["ONLY_OURS", "ONLY_OURS", "AMOUNT"])

    def test_is_as_of_a_block(self, books: Books) -> None:
        total = books.entered("4750.50")
        books.story.reverse(books.facts[3])
        later = books.story.seal()
        assert reconcile_total(total=total, block=books.block, act=books.act()).differences.count() == 0
        assert reconcile_total(total=total, act=books.act()).block == later
        assert queries.standing_of(1).gap == Decimal(-750)
        with pytest.raises(UnableToReconcile) as refused:
            reconcile_total(total=total, block=later + 1, act=books.act())
        assert refused.value.code == "unknown_block"

    def test_an_explained_difference_stays_explained(self, books: Books) -> None:
        made = reconciled(books)
        first = made.differences.get(position=1)
        explain_difference(difference=first, category=Category.TIMING, words="七月入账", act=books.act())
        again = reconcile_total(total=made.total, act=books.act())
        assert again.differences.get(position=1).first == first
        assert queries.standing_of(1).waiting == 1

    def test_is_for_those_who_keep_the_books(self, books: Books) -> None:
        total = books.entered()
        with pytest.raises(NotPermitted):
            reconcile_total(total=total, act=books.act(books.story.cast.verifier))


class TestExplainAndDecide:
    def test_the_statement_adds_up_at_every_step(self, books: Books) -> None:
        made = reconciled(books)
        only_ours, only_theirs, amount = made.differences.order_by("position")
        cast = books.story.cast

        def said() -> tuple[list[tuple[str, Decimal]], tuple[int, Decimal], tuple[int, Decimal]]:
            statement = queries.standing_of(1).statement
            assert statement is not None
            assert statement.adds_up
            assert (statement.theirs, statement.ours) == (Decimal("4000.50"), Decimal("4750.50"))
            waiting, open_ones = statement.waiting, statement.unexplained
            approved = [(one.words.en, one.amount) for one in statement.approved]
            return approved, (waiting.count, waiting.amount), (open_ones.count, open_ones.amount)

        assert said() == ([], (0, 0), (3, Decimal(750)))
        explain_difference(
            difference=only_ours, category=Category.TIMING, words="七月才入总账", act=books.act()
        )
        assert said() == ([], (1, Decimal(1_000)), (2, Decimal(-250)))
        decide_explanation(difference=only_ours, ruling=Ruling.APPROVED, act=books.act(cast.verifier))
        explain_difference(
            difference=only_theirs, category=Category.TIMING, words="是六月的一部分", act=books.act()
        )
        decide_explanation(difference=only_theirs, ruling=Ruling.APPROVED, act=books.act(cast.auditor))
        assert said() == ([("Booked at another time", Decimal(700))], (0, 0), (1, Decimal(50)))
        explain_difference(
            difference=amount, category=Category.OUR_ERROR, words="多记 50 元，待冲正",
            files=[("voucher.txt", b"EXAMPLE voucher")], act=books.act(),
        )  # fmt: skip
        decide_explanation(
            difference=amount, ruling=Ruling.RETURNED, remark="请附凭证号", act=books.act(cast.verifier)
        )
        assert said()[2] == (1, Decimal(50))
        assert Attachment.objects.get().record_id == amount.pk
        assert record_type(Attachment.objects.get().record_type).code == "controls.difference"
        second = explain_difference(
            difference=amount, category=Category.OUR_ERROR, words="凭证 2019-06-0042", act=books.act()
        )
        assert second.revision == 2
        decide_explanation(difference=amount, ruling=Ruling.APPROVED, act=books.act(cast.verifier))
        assert said()[2] == (0, 0)

    def test_refusals_leave_nothing_behind(self, books: Books) -> None:
        made, cast = reconciled(books), books.story.cast
        one = made.differences.get(position=1)

        def refused(call: object, **said: object) -> str:
            with pytest.raises(UnableToExplain) as error:
                call(difference=one, **said)
            return error.value.code

        timing = {"category": Category.TIMING, "act": books.act()}
        assert refused(explain_difference, words=" ", **timing) == "words_missing"
        assert refused(decide_explanation, ruling="APPROVED", act=books.act(cast.verifier)) == "not_explained"
        assert not Explanation.objects.exists()
        explain_difference(difference=one, words="七月才入总账", **timing)
        assert refused(explain_difference, words="再说一次", **timing) == "waits_for_decision"
        assert (
            refused(decide_explanation, ruling="RETURNED", act=books.act(cast.verifier)) == "reason_missing"
        )
        assert not Decision.objects.exists()
        decide_explanation(difference=one, ruling=Ruling.APPROVED, act=books.act(cast.verifier))
        assert refused(explain_difference, words="再说一次", **timing) == "explained_already"

    def test_nobody_decides_on_their_own_explanation(self, books: Books) -> None:
        made, cast = reconciled(books), books.story.cast
        one = made.differences.get(position=1)
        explanation = explain_difference(
            difference=one, category=Category.OTHER, words="说不清", act=books.act()
        )
        with system_writes("the officer stands in for the verifier"):
            RoleGrant.objects.create(
                account=cast.officer, role="verifier", unit=cast.group, starts_on=FOUNDED
            )
        with pytest.raises(UnableToExplain) as refused:
            decide_explanation(difference=one, ruling=Ruling.APPROVED, act=books.act())
        assert refused.value.code == "same_person"
        past = system_writes("somebody tries to get past the operation")
        with pytest.raises(DatabaseError, match="does not decide on it"), transaction.atomic(), past:
            Decision.objects.create(
                explanation=explanation, ruling="APPROVED", decided_by=cast.officer, decided_at=NOW
            )

    def test_who_may(self, books: Books) -> None:
        made, cast = reconciled(books), books.story.cast
        one = made.differences.get(position=1)
        for account in (cast.verifier, cast.auditor, cast.outsider):
            with pytest.raises(NotPermitted):
                explain_difference(difference=one, category=Category.OTHER, words="x", act=books.act(account))


class TestWatching:
    def test_what_nobody_explained_in_time_becomes_a_finding(self, books: Books) -> None:
        made = reconciled(books)
        explain_difference(
            difference=made.differences.get(position=3),
            category=Category.OUR_ERROR,
            words="待冲正",
            act=books.act(),
        )
        rule = ["controls.unexplained_difference"]

        def run(days: int) -> int:
            at = datetime(2020, 7, 31, 9, tzinfo=UTC) + timedelta(days=days)
            done = run_rules(act=Act(actor=watch_account(on=date(2020, 7, 31)), at=at), only=rule)
            assert done[0].examined == 2
            return done[0].outcome.raised

        assert (run(30), run(31), run(32)) == (0, 2, 0)
        finding = Finding.objects.order_by("pk")[0]
        assert (finding.unit, finding.state) == (books.story.cast.group, FindingState.OPEN)
        assert "unexplained for" in finding.title_en


def test_the_figure_carries_it(books: Books) -> None:
    figure = figure_in(PAID, books.selection())
    assert queries.controls_of_figure(figure) == []
    reconciled(books)
    (standing,) = queries.controls_of_figure(figure)
    assert (standing.gap, standing.unexplained) == (Decimal(750), 3)
    assert queries.controls_of_figure(figure_in(PAID, books.selection(place="522327"))) == []
    assert queries.controls_of_figure(figure_in(PAID, books.selection(as_of="0"))) == []
    assert Difference.objects.count() == 3


def test_a_province_has_its_own(books: Books) -> None:
    cast = books.story.cast
    total = enter_total(
        indicator=PAID, selection=books.selection(unit="P52"), source="BANK", account="结算户", amount=Decimal("3750.50"),
        taken_on=date(2020, 7, 1), act=books.act(),
    )  # fmt: skip
    made = reconcile_total(total=total, act=books.act())
    assert (total.unit, made.ours, made.matched) == (cast.guizhou, Decimal("3750.50"), 1)
