"""The data of donation receipts: numbers without a gap, voided by another receipt, never changed."""

from __future__ import annotations

import re
import secrets
from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.operations import Act, inside_operation, operation, scope_of
from bangfu.giving.campaigns.capitals import in_capitals
from bangfu.giving.campaigns.models import (
    CREDIT_CODE,
    BankLine,
    Charity,
    DonorKind,
    Gift,
    GiftState,
    LineMeaning,
    Receipt,
    ReceiptSeries,
    Way,
)
from bangfu.giving.campaigns.operations.refusing import UnableToIssue

CHECK_LETTERS = "0123456789abcdef"


@operation("campaigns.enter_series", scope=scope_of("charity"))
def enter_series(*, charity: Charity, code: str, first: int, last: int, act: Act) -> ReceiptSeries:
    """Enter the numbers of receipts that the finance office gave a charity.

    Raises: UnableToIssue: ``wrong_series``, ``series_taken``; nothing was written.
    """
    if not code.strip() or first <= 0 or last < first:
        raise UnableToIssue("wrong_series")
    if ReceiptSeries.objects.filter(code=code.strip()).exists():
        raise UnableToIssue("series_taken", code=code.strip())
    return ReceiptSeries.objects.create(
        charity=charity, code=code.strip(), first=first, last=last, next=first
    )


@operation("campaigns.issue_receipt", scope=scope_of("gift"))
def issue_receipt(*, gift: Gift, title: str = "", code: str = "", act: Act) -> Receipt:
    """Issue the receipt of a gift of cash, under the charity's next number; after one that is void, another in its place.

    Args:
        title: of the company that gave by transfer; it is no name of a person, and not asked for one.
        code: its unified social credit code; empty: not known.

    Raises: UnableToIssue: see its codes; nothing was written.
    Locks: the gift, then the series.
    """
    held = (
        Gift.objects.select_for_update(of=("self",))
        .select_related("campaign__charity", "donor")
        .get(pk=gift.pk)
    )
    if held.way in (Way.POINTS, Way.MATCH):
        raise UnableToIssue("of_points")
    if held.state != GiftState.RECEIVED:
        raise UnableToIssue("not_received")
    replaces = _void_before(Receipt.objects.filter(gift=held))
    charity = held.campaign.charity
    assert charity is not None
    assert held.received_on is not None
    named = _company(title, code) if held.kind == DonorKind.COMPANY else {}
    return _next(
        charity,
        act,
        gift=held,
        payer=held.donor.person if held.donor is not None else None,
        amount_fen=held.amount_fen,
        replaces=replaces,
        **named,
    )


def _void_before(rows: QuerySet[Receipt]) -> Receipt | None:
    """Return the void receipt in whose place another comes; null: there was none.

    Raises: UnableToIssue: ``issued_already``: one of them stands.
    """
    last = rows.filter(voids=None).select_related("series").order_by("-pk").first()
    if last is not None and not Receipt.objects.filter(voids=last).exists():
        raise UnableToIssue("issued_already", number=str(last))
    return last


def _company(title: str, code: str) -> dict[str, str]:
    """Return how a receipt names a company.

    Raises: UnableToIssue: ``no_payer``, ``wrong_code``.
    """
    title, code = title.strip(), code.strip().upper()
    if not title:
        raise UnableToIssue("no_payer")
    if code and not re.fullmatch(CREDIT_CODE, code):
        raise UnableToIssue("wrong_code")
    return {"payer_title": title, "payer_code": code}


@operation("campaigns.issue_sponsors_receipt", scope=scope_of("line"))
def issue_sponsors_receipt(*, line: BankLine, title: str, code: str, act: Act) -> Receipt:
    """Issue the receipt of what a company paid for points and matching, by its line of the bank: it is the donor.

    Raises: UnableToIssue: see its codes; nothing was written.
    Locks: the line, then the series.
    """
    held = BankLine.objects.select_for_update(of=("self",)).select_related("charity").get(pk=line.pk)
    if held.meaning != LineMeaning.SPONSOR:
        raise UnableToIssue("not_received")
    named = _company(title, code)
    replaces = _void_before(Receipt.objects.filter(bank_line=held))
    return _next(held.charity, act, bank_line=held, amount_fen=held.amount_fen, replaces=replaces, **named)


@operation("campaigns.void_receipt", scope=scope_of("receipt"))
def void_receipt(*, receipt: Receipt, reason: str, act: Act) -> Receipt:
    """Void a receipt by another of the opposite sum, under the next number, and return that one.

    Raises: UnableToIssue: see its codes; nothing was written.
    Locks: the series.
    """
    if not reason.strip():
        raise UnableToIssue("no_reason")
    return _voided(receipt, reason.strip(), act)


def void_of_gift(gift: Gift, *, reason: str, act: Act) -> None:
    """Void the receipt of a gift that goes back, if there is one that stands; inside an operation.

    Locks: the series.
    """
    inside_operation()
    found = Receipt.objects.filter(gift=gift, voids=None, voided_by=None).first()
    if found is not None:
        _voided(found, reason, act)


def _voided(receipt: Receipt, reason: str, act: Act) -> Receipt:
    if receipt.voids_id is not None:
        raise UnableToIssue("is_a_reversal")
    series = ReceiptSeries.objects.select_for_update().get(pk=receipt.series_id)
    if Receipt.objects.filter(voids=receipt).exists():
        raise UnableToIssue("voided_already")
    return _write(
        series,
        act,
        gift_id=receipt.gift_id,
        bank_line_id=receipt.bank_line_id,
        payer_id=receipt.payer_id,
        payer_title=receipt.payer_title,
        payer_code=receipt.payer_code,
        amount_fen=-receipt.amount_fen,
        voids=receipt,
        reason=reason,
    )


def _next(charity: Charity, act: Act, **said: object) -> Receipt:
    for series in ReceiptSeries.objects.select_for_update().filter(charity=charity).order_by("pk"):
        if series.next <= series.last:
            return _write(series, act, **said)
    raise UnableToIssue("no_series", charity=charity.name)


def _write(series: ReceiptSeries, act: Act, **said: object) -> Receipt:
    """Write a receipt under the next number of a series, which is locked: no number is left out, and none is used twice."""
    if series.next > series.last:
        raise UnableToIssue("used_up", code=series.code)
    number = series.next
    series.next += 1
    series.save(update_fields=["next"])
    amount = said["amount_fen"]
    assert isinstance(amount, int)
    issued_on: date = act.on
    return Receipt.objects.create(
        series=series,
        number=number,
        capitals=in_capitals(amount),
        check_code="".join(secrets.choice(CHECK_LETTERS) for _ in range(6)),
        issued_on=issued_on,
        issued_at=act.at,
        issued_by=act.actor,
        **said,
    )
