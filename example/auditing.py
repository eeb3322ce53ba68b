"""One finished audit of the grants paid, and what the general ledger says of them: so that newcomers see both."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import TruncMonth

from bangfu.foundation.ledger.queries import latest_block
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.reporting.controls.models import Category, ControlTotal, Reconciliation, Ruling, Source
from bangfu.reporting.controls.operations import (
    decide_explanation,
    enter_total,
    explain_difference,
    reconcile_total,
)
from bangfu.reporting.facts import facts_in
from bangfu.reporting.queries import Figure, figure, usual_period
from bangfu.reporting.sampling.models import Announcement, Draw, End, Method, SampledFact, VerdictKind
from bangfu.reporting.sampling.operations import announce_audit, close_audit, draw_sample, record_verdict
from example import house
from example.house import OTHER_AUDITOR, ROOT_CODE
from example.papers import VERIFIER, Paper, Sheet, bring_in, left_of

PAID = "grants.paid"
AUDITOR, OFFICER = "hejing", "zhoumin"
TOLERABLE_SHARE, EXPECTED_SHARE = Decimal("0.05"), Decimal("0.005")
SHORT = Decimal("0.98")
"""Of one sampled grant, the slip says a little less than was booked."""
LATE = Decimal(1_000)
"""What the general ledger has a month later than the branches."""


def audit() -> None:
    """Have the grants paid audited and reconciled, or what of it is missing; a house without grants has nothing to audit."""
    block = latest_block()
    if block is None:
        return
    paid = figure(PAID, period=usual_period(PAID), as_of=block.number)
    if paid.value is None:
        return
    if not Account.objects.filter(username=OTHER_AUDITOR).exists():
        house.build_house()
    _audit(paid)
    _reconcile(paid)


def _act(username: str) -> Act:
    return Act.now(Account.objects.get(username=username))


def _audit(paid: Figure) -> None:
    assert paid.value is not None
    announcement = Announcement.objects.first() or announce_audit(
        indicator=PAID,
        selection=paid.selection,
        method=Method.MONETARY,
        confidence=95,
        tolerable=paid.value * TOLERABLE_SHARE // 1000 * 1000,
        expected=paid.value * EXPECTED_SHARE // 1000 * 1000,
        act=_act(AUDITOR),
    )
    seal_pending()
    draw = Draw.objects.filter(announcement=announcement).first() or draw_sample(
        announcement=announcement, act=_act(AUDITOR)
    )
    act = _act(AUDITOR)
    # Of a small example certain ones alone may be drawn.
    wrong = SampledFact.objects.filter(draw=draw).order_by("is_certain", "position").first()
    for sampled in SampledFact.objects.filter(draw=draw, verdicts__isnull=True).order_by("position"):
        if sampled == wrong:
            record_verdict(
                sampled=sampled,
                kind=VerdictKind.MISSTATED,
                audited=(sampled.book * SHORT).quantize(Decimal("0.01")),
                remark="回单金额略少（示例）",
                act=act,
            )
        else:
            record_verdict(sampled=sampled, kind=VerdictKind.AGREES, act=act)
    if not End.objects.filter(announcement=announcement).exists():
        close_audit(announcement=announcement, remark="示例", act=_act(OTHER_AUDITOR))


def _reconcile(paid: Figure) -> None:
    """Let the general ledger have a part of the last month but one a month later, which the officer explains."""
    assert paid.value is not None
    total = ControlTotal.objects.order_by("-revision").first() or enter_total(
        indicator=PAID,
        selection=paid.selection.having(as_of=None),
        source=Source.GENERAL_LEDGER,
        account="6711.03 对外捐赠（示例）",
        amount=paid.value,
        taken_on=date(2020, 7, 31),
        remark="示例",
        act=_act(OFFICER),
    )
    months = facts_in(paid.indicator, paid.selection).order_by().annotate(month=TruncMonth("happened_on"))
    booked = dict(months.values("month").annotate(amount=Sum("quantity")).values_list("month", "amount"))
    paper = Paper(
        "controls.lines", ROOT_CODE, OFFICER, "总账-助学金", made=lambda: Sheet(_lines(total.number, booked))
    )
    for one in left_of([paper]):
        bring_in(one)
    newest = ControlTotal.objects.filter(number=total.number).order_by("-revision")[0]
    made = Reconciliation.objects.filter(total=newest).first() or reconcile_total(
        total=newest, act=_act(OFFICER)
    )
    for difference in made.differences.filter(explanations__isnull=True).order_by("position"):
        explain_difference(
            difference=difference,
            category=Category.TIMING,
            words="月末汇出，总账次月入账（示例）",
            act=_act(OFFICER),
        )
        decide_explanation(difference=difference, ruling=Ruling.APPROVED, act=_act(VERIFIER))


def _lines(number: int, booked: dict[date, Decimal]) -> list[dict[str, object]]:
    """Return the general ledger by month: as the branches have it, but for what it has a month later."""
    months = sorted(booked)
    theirs = dict(booked)
    if len(months) > 1:
        theirs[months[0]] -= LATE
        theirs[months[1]] += LATE
    return [
        {"total": number, "month": f"{month:%Y-%m}", "amount": theirs[month].quantize(Decimal("0.01"))}
        for month in months
    ]
