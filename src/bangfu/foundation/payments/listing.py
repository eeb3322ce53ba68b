"""The list of payments: what narrows and sorts it, and what files of it and of a statement's lines say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from bangfu.foundation.payments.models import (
    LINE_WORDS,
    OUTCOME_WORDS,
    PROVIDER_WORDS,
    STATE_WORDS,
    Payment,
    StatementLine,
)
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import Cell, in_batches

SORTS: dict[str, tuple[str, ...]] = {
    "made": ("made_at", "pk"),
    "ended": ("ended_at", "pk"),
    "amount": ("amount_fen", "pk"),
    "state": ("state", "pk"),
    "merchant": ("merchant__code", "pk"),
}
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    (None, both("内容", "Subject"), False),
    ("amount", both("金额（元）", "Amount (yuan)"), True),
    ("state", both("状态", "State"), False),
    ("merchant", both("收款账户", "Merchant account"), False),
    ("made", both("创建", "Created"), False),
    ("ended", both("结束", "Ended"), False),
)
"""Sort, title, and whether numbers stand in it."""


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to, and how it is sorted."""

    text: str = ""
    state: str = ""
    provider: str = ""
    since: date | None = None
    until: date | None = None
    """The last day on which it was created."""
    sort: str = "made"
    descending: bool = True

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was asked."""
        return replace(self, sort="made", descending=True) != Asked()

    @property
    def words(self) -> list[str]:
        """The narrowing as a file says it."""
        return [
            self.text,
            str(STATE_WORDS[self.state]) if self.state else "",
            str(PROVIDER_WORDS[self.provider]) if self.provider else "",
            f"≥ {self.since}" if self.since else "",
            f"≤ {self.until}" if self.until else "",
        ]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def asked_in(request: HttpRequest) -> Asked:
    """Return what the query string asks; what cannot be read is left out."""
    said = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "state", "provider", "since", "until", "sort")
    }
    sort = said["sort"].lstrip("-")
    return Asked(
        text=said["q"][:60],
        state=said["state"] if said["state"] in STATE_WORDS else "",
        provider=said["provider"] if said["provider"] in PROVIDER_WORDS else "",
        since=_day(said["since"]),
        until=_day(said["until"]),
        sort=sort if sort in SORTS else "made",
        descending=said["sort"].startswith("-") or sort not in SORTS,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def listed(found: QuerySet[Payment], asked: Asked) -> QuerySet[Payment]:
    """Return the payments that were asked for, in the order asked for."""
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.provider:
        found = found.filter(merchant__provider=asked.provider)
    if asked.since:
        found = found.filter(made_at__gte=_midnight(asked.since))
    if asked.until:
        found = found.filter(made_at__lt=_midnight(asked.until + timedelta(days=1)))
    for word in asked.text.split():
        found = found.filter(
            Q(subject__icontains=word)
            | Q(number__startswith=word)
            | Q(transaction_number=word)
            | Q(merchant__title__icontains=word)
            | Q(merchant__code=word)
        )
    return found.order_by(*(f"-{name}" if asked.descending else name for name in SORTS[asked.sort]))


HEADINGS: tuple[Words, ...] = (
    both("商户订单号", "Number"),
    both("内容", "Subject"),
    both("支付对象", "Pays for"),
    both("金额（元）", "Amount (yuan)"),
    both("退款中（元）", "Being refunded (yuan)"),
    both("已退（元）", "Refunded (yuan)"),
    both("状态", "State"),
    both("收款账户", "Merchant account"),
    both("渠道", "Provider"),
    both("钱归谁", "Owner"),
    both("交易号", "Transaction"),
    both("创建", "Created"),
    both("结束", "Ended"),
)


def in_yuan(fen: int) -> Decimal:
    """Return an amount in yuan, exactly.

    >>> in_yuan(1205)
    Decimal('12.05')
    """
    return Decimal(fen).scaleb(-2)


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def cells(found: QuerySet[Payment]) -> Iterator[list[Cell]]:
    """Return the cells of each payment, a few thousand in memory at a time."""
    for batch in in_batches(found):
        for one in batch:
            yield [
                one.number,
                one.subject,
                f"{record_type(one.pays_type).title} {one.pays_id}",
                in_yuan(one.amount_fen),
                in_yuan(one.refunding_fen),
                in_yuan(one.refunded_fen),
                str(one.state_words),
                one.merchant.title,
                str(PROVIDER_WORDS[one.merchant.provider]),
                one.merchant.owner_title,
                one.transaction_number or "",
                _moment(one.made_at),
                _moment(one.ended_at),
            ]


LINE_HEADINGS: tuple[Words, ...] = (
    both("行", "Row"),
    both("类别", "Kind"),
    both("商户单号", "Number"),
    both("交易号", "Transaction"),
    both("时间", "When"),
    both("账单金额（元）", "In the statement (yuan)"),
    both("本系统金额（元）", "Here (yuan)"),
    both("手续费（元）", "Fee (yuan)"),
    both("结果", "Outcome"),
)


def line_cells(found: QuerySet[StatementLine]) -> Iterator[list[Cell]]:
    """Return the cells of each line of a statement."""
    for batch in in_batches(found):
        for one in batch:
            yield [
                str(one.row or ""),
                str(LINE_WORDS[one.kind]),
                one.number,
                one.transaction_number,
                _moment(one.happened_at),
                in_yuan(one.amount_fen) if one.row else "",
                in_yuan(one.here_fen) if one.here_fen is not None else "",
                in_yuan(one.fee_fen),
                str(OUTCOME_WORDS[one.outcome]),
            ]
