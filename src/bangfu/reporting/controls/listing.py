"""Lists of control totals and of differences: what narrows them, and what files of them say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.reporting.controls.models import SOURCE_WORDS, ControlTotal, Source
from bangfu.reporting.controls.queries import (
    Standing,
    differences_of,
    lines_of,
    standings,
    totals_in_reach,
)
from bangfu.reporting.indicators import indicators

SORTS = {"number": "number", "-number": "-number", "amount": "amount", "-amount": "-amount"}
HEADINGS = (
    both("控制数号", "Control total"), both("数字", "Figure"), both("指标", "Indicator"), both("期间", "Period"),
    both("范围", "Scope"), both("对方账目", "Other book"), both("科目", "Account"), both("控制数（元）", "Their amount (yuan)"),
    both("本账（元）", "Our amount (yuan)"), both("差额（元）", "Difference (yuan)"), both("区块", "Block"),
    both("待说明", "Unexplained"), both("待认可", "Waiting"),
)  # fmt: skip
DIFFERENCE_HEADINGS = (
    both("控制数号", "Control total"), both("序号", "Item"), both("项目", "At"), both("类型", "Kind"),
    both("本账（元）", "Ours (yuan)"), both("对方（元）", "Theirs (yuan)"), both("差额（元）", "Difference (yuan)"),
    both("状态", "State"), both("原因", "Reason"), both("说明", "Explanation"), both("说明人", "Explained by"),
    both("认可人", "Decided by"),
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to, and how it is sorted."""

    source: str = ""
    text: str = ""
    sort: str = "-number"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked."""
        return bool(self.source or self.text)

    @property
    def words(self) -> str:
        """The narrowing as a file says it."""
        said = (str(SOURCE_WORDS[self.source]) if self.source else "", self.text)
        return " · ".join(one for one in said if one)


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; what cannot be read is left out."""
    source, sort = request.GET.get("source", ""), request.GET.get("sort", "")
    return Asked(
        source=source if source in Source.values else "",
        text=request.GET.get("q", "").strip(),
        sort=sort if sort in SORTS else "-number",
    )


def listed(account: Account, asked: Asked, on: date) -> QuerySet[ControlTotal]:
    """Return the control totals that were asked for, in the order asked for."""
    found = totals_in_reach(account, on)
    if asked.source:
        found = found.filter(source=asked.source)
    if asked.text:
        wanted = asked.text.casefold()
        codes = [one.code for one in indicators() if wanted in f"{one.title.zh} {one.title.en}".casefold()]
        by_text = (
            Q(indicator__in=codes) | Q(indicator__icontains=asked.text) | Q(account__icontains=asked.text)
        )
        if asked.text.isascii() and asked.text.isdigit() and len(asked.text) < 9:
            by_text |= Q(number=int(asked.text))
        found = found.filter(by_text)
    return found.order_by(SORTS[asked.sort], "number")


def cells(found: QuerySet[ControlTotal]) -> Iterator[list[Cell]]:
    """Return the rows of a file of control totals."""
    for batch in in_batches(found):
        for one in standings(batch):
            total, made = one.total, one.reconciliation
            yield [
                str(total.number), str(one.indicator.title), total.indicator, str(one.selection.period_words),
                str(one.selection.scope_words), str(total.source_words), total.account, fen(total.amount),
                fen(made.ours) if made else "", "" if one.gap is None else fen(one.gap),
                str(made.block) if made else "", str(one.unexplained), str(one.waiting),
            ]  # fmt: skip


def difference_cells(standing: Standing) -> Iterator[list[Cell]]:
    """Return the rows of a file of differences."""
    for batch in in_batches(differences_of(standing)):
        for line in lines_of(batch):
            one, explained, decision = line.difference, line.explanation, line.decision
            yield [
                str(standing.total.number), str(one.position), str(line.label), str(one.kind_words),
                "" if one.ours is None else fen(one.ours), "" if one.theirs is None else fen(one.theirs), fen(one.gap),
                str(line.state_words), str(explained.category_words) if explained else "",
                explained.words if explained else "", explained.given_by.display_name if explained else "",
                decision.decided_by.display_name if decision else "",
            ]  # fmt: skip


def statement_cells(standing: Standing) -> Iterator[list[Cell]]:
    """Return the rows of a statement of reconciliation, from their balance to ours."""
    statement = standing.statement
    assert statement is not None
    yield [str(theirs_words(standing)), "", fen(statement.theirs)]
    for step in (*statement.approved, statement.waiting, statement.unexplained):
        if step.count:
            yield [str(step.words), str(step.count), fen(step.amount)]
    yield [str(OURS), "", fen(statement.ours)]


OURS = both("本账余额", "Our balance")
STATEMENT_HEADINGS = (both("项目", "Item"), both("处数", "Differences"), both("金额（元）", "Amount (yuan)"))


def theirs_words(standing: Standing) -> Words:
    """Return what their balance is called in a statement."""
    return both("{source}余额（{account}）", "Balance of the {source} ({account})").filled(
        source=standing.total.source_words, account=standing.total.account
    )


def fen(amount: Decimal) -> Decimal:
    """Return an amount in yuan to the fen, or as fine as it is when shares of a fen are left."""
    return amount.quantize(Decimal("0.01")) if amount == round(amount, 2) else amount
