"""Welfare schemes: opened, chosen from by whoever wants, and settled once by the union."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Sum

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import OWN, Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption import knowing, supply
from bangfu.livelihoods.consumption.models import (
    LEAST_DAY,
    Choice,
    Good,
    Offered,
    Platform,
    Scheme,
)
from bangfu.livelihoods.consumption.operations import storing
from bangfu.livelihoods.consumption.operations.storing import Files
from bangfu.livelihoods.shop.neighbours import Label, Payer


class UnableToGive(Refusal):
    """Codes: ``code_taken``, ``not_described``, ``identity_number``, ``not_voluntary``, ``ends_before_start``, ``too_early``,
    ``amount``, ``no_products``, ``other_platform``, ``price``, ``evidence_missing``, ``not_open``, ``not_yours``,
    ``unknown_product``, ``quantity``, ``over_allowance``, ``still_open``, ``settled_already``, ``nobody_chose``,
    ``invoice_missing``, ``invoice_taken``, ``reported_already``, ``amount_differs``, ``before_opening``, ``in_the_future``."""

    sentences = {
        "code_taken": both("福利「{code}」已经登记。", "The scheme {code} is entered already."),
        "not_described": both(
            "请填写编号、名称和工会决议文号。", "Enter a code, a title and the union's resolution."
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "not_voluntary": both(
            "福利必须自愿：不选的人不受任何影响。请确认后再发布。",
            "A scheme is voluntary: whoever does not choose is not worse off. Confirm that first.",
        ),
        "ends_before_start": both("结束早于开始。请核对日期。", "It ends before it starts. Check the days."),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "amount": both("金额须大于零。", "The amount must be above zero."),
        "no_products": both("请至少列一个商品。", "List one product at least."),
        "other_platform": both(
            "「{title}」不是职工福利的商品。请先在“商品产地”登记，平台选“职工福利”。",
            "{title} is no product of welfare schemes. Note its origin first, with the platform “Welfare”.",
        ),
        "price": both("单价须大于零。", "The price must be above zero."),
        "evidence_missing": both("请附上决议或发票。", "Attach the resolution or the invoice."),
        "not_open": both(
            "福利在 {first} 至 {last} 之间可选。", "There is something to choose from {first} to {last}."
        ),
        "not_yours": both("这项福利是{unit}职工的。", "This scheme is for the staff of {unit}."),
        "unknown_product": both("福利里没有这个商品。", "The scheme does not offer this product."),
        "quantity": both("份数不能小于零。", "The number of packs cannot be below zero."),
        "over_allowance": both(
            "您选了 {sum} 元，超过可选的 {allowance} 元。请减少份数。",
            "You chose for {sum} yuan, above the {allowance} yuan that you may. Choose less.",
        ),
        "still_open": both(
            "福利到 {last} 为止都可以选，过后才能结算。",
            "Staff may choose until the end of {last}; the scheme is settled after that.",
        ),
        "settled_already": both("这项福利已经结算。", "This scheme is settled already."),
        "nobody_chose": both("没有人选，不用结算。", "Nobody chose, so there is nothing to settle."),
        "invoice_missing": both("请填写发票号码。", "Enter the invoice's number."),
        "invoice_taken": both(
            "发票「{invoice}」已由{unit}用于「{sale}」，同一张发票只计一次。",
            "The invoice {invoice} stands with {unit} for {sale}. An invoice counts once.",
        ),
        "reported_already": both(
            "发票「{invoice}」已由{unit}在报送中登记，再计就重复了。请其先撤回那条报送记录。",
            "The invoice {invoice} is reported by {unit} already and would count twice. Have that withdrawn first.",
        ),
        "before_opening": both(
            "付款早于福利开始（{first}）。请核对日期。",
            "It was paid before the scheme opened ({first}). Check the day.",
        ),
        "amount_differs": both(
            "发票 {said} 元，而所选合计 {found} 元。请核对。",
            "The invoice says {said} yuan; what was chosen comes to {found} yuan. Compare them.",
        ),
        "in_the_future": both(
            "日期在今天之后。请填实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
    }


@dataclass(frozen=True)
class SchemeDetails:
    """What is said of a welfare scheme."""

    code: str
    title: str
    opens_on: date
    closes_on: date
    """The day after the last one."""
    allowance_fen: int
    document: str
    is_voluntary: bool


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("consumption.open_scheme", scope=_scope_of_unit)
def open_scheme(
    *, details: SchemeDetails, products: Sequence[tuple[Good, int]], unit: Unit, files: Files, act: Act
) -> Scheme:
    """Open a voluntary welfare scheme for a unit's staff: from when to when, for how much each, what is offered.

    Args:
        products: each with the price of a pack in fen.

    Raises: UnableToGive: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    texts = (details.code, details.title, details.document)
    if not all(text.strip() for text in texts):
        raise UnableToGive("not_described")
    if any(has_identity_number(text) for text in texts):
        raise UnableToGive("identity_number")
    if not details.is_voluntary:
        raise UnableToGive("not_voluntary")
    if details.opens_on < LEAST_DAY:
        raise UnableToGive("too_early", first=LEAST_DAY.isoformat())
    if details.closes_on <= details.opens_on:
        raise UnableToGive("ends_before_start")
    if details.allowance_fen <= 0:
        raise UnableToGive("amount")
    if not products:
        raise UnableToGive("no_products")
    for good, price in products:
        if good.platform != Platform.WELFARE:
            raise UnableToGive("other_platform", title=good.title)
        if price <= 0:
            raise UnableToGive("price")
    if Scheme.objects.filter(code=details.code).exists():
        raise UnableToGive("code_taken", code=details.code)
    if not files:
        raise UnableToGive("evidence_missing")
    scheme = Scheme.objects.create(
        code=details.code, title=details.title.strip(), unit=unit, opens_on=details.opens_on,
        closes_on=details.closes_on, allowance_fen=details.allowance_fen, document=details.document.strip(),
        is_voluntary=True, entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    Offered.objects.bulk_create(
        Offered(scheme=scheme, good=good, price_fen=price) for good, price in dict(products).items()
    )
    hang([scheme.pk], files, record_type=record_type("consumption.scheme"), act=act)
    return scheme


def chooser_of(scheme: Scheme, account: Account) -> str:
    """Return by what a scheme knows somebody who chooses: a keyed digest, of which nobody can tell the account."""
    return hmac.new(
        vault.digest_key(), f"welfare:{scheme.pk}:{account.pk}".encode(), hashlib.sha256
    ).hexdigest()


def scheme_for_update(scheme: Scheme) -> Scheme:
    """Return a scheme as it is now, locked until the operation ends."""
    inside_operation()
    return Scheme.objects.select_for_update(of=("self",)).select_related("unit").get(pk=scheme.pk)


@operation("consumption.choose", scope=OWN, unrecorded=("scheme", "packs"))
def choose(*, account: Account, scheme: Scheme, packs: Mapping[int, int], act: Act) -> int:
    """Choose for oneself from a scheme, anew each time, or nothing; return what it comes to in fen.

    Args:
        account: one's own.
        packs: how many packs of each, by the key of what is offered.

    Raises: UnableToGive: see its codes; nothing was written.
    Locks: the scheme.
    """
    scheme = scheme_for_update(scheme)
    if not scheme.opens_on <= act.on < scheme.closes_on or scheme.paid_on is not None:
        raise UnableToGive("not_open", first=scheme.opens_on.isoformat(), last=scheme.last_day.isoformat())
    home = supply.staff_unit(account, act.on)
    if home is None or not unit_subtree(scheme.unit_id).filter(pk=home.pk).exists():
        raise UnableToGive("not_yours", unit=both(scheme.unit.name_zh, scheme.unit.name_en))
    offered = {one.pk: one for one in scheme.offered.all()}
    for key, quantity in packs.items():
        if key not in offered:
            raise UnableToGive("unknown_product")
        if quantity < 0:
            raise UnableToGive("quantity")
    total = sum(offered[key].price_fen * quantity for key, quantity in packs.items())
    if total > scheme.allowance_fen:
        raise UnableToGive("over_allowance", sum=yuan(total), allowance=yuan(scheme.allowance_fen))
    chooser = chooser_of(scheme, account)
    Choice.objects.filter(scheme=scheme, chooser=chooser).delete()
    Choice.objects.bulk_create(
        Choice(scheme=scheme, offered_id=key, unit=home, chooser=chooser, quantity=quantity)
        for key, quantity in packs.items()
        if quantity
    )
    return total


@operation("consumption.settle_scheme", scope=scope_of("scheme"))
def settle_scheme(
    *, scheme: Scheme, paid_on: date, invoice_number: str, amount_fen: int, invoice_code: str = "", files: Files, act: Act
) -> Scheme:  # fmt: skip
    """Settle a closed scheme by one invoice, and submit what the union paid for review: bought once, a sale a product.

    By whom each choice was made is forgotten.

    Raises: UnableToGive: see its codes; UnableToBring: ``brought_meanwhile``; UnableToKeep: a file is refused. Nothing was
        written.
    Locks: the scheme.
    """
    scheme = scheme_for_update(scheme)
    invoice = "".join(invoice_number.split()).upper()
    if scheme.paid_on is not None:
        raise UnableToGive("settled_already")
    if act.on < scheme.closes_on:
        raise UnableToGive("still_open", last=scheme.last_day.isoformat())
    if paid_on > act.on:
        raise UnableToGive("in_the_future")
    if paid_on < scheme.opens_on:
        raise UnableToGive("before_opening", first=scheme.opens_on.isoformat())
    if not invoice:
        raise UnableToGive("invoice_missing")
    code = "".join(invoice_code.split()).upper()
    taken = knowing.invoiced([invoice]).filter(knowing.is_same_invoice(code))
    if taken.height:
        one = taken.row(0, named=True)
        unit = both(one["holder_zh"], one["holder_en"])
        raise UnableToGive("invoice_taken", invoice=invoice, unit=unit, sale=one["holder_order"])
    reported = knowing.reported_under([invoice])
    if reported.height:
        one = reported.row(0, named=True)
        raise UnableToGive("reported_already", invoice=invoice, unit=both(one["by_zh"], one["by_en"]))
    if not files:
        raise UnableToGive("evidence_missing")
    chosen = list(
        scheme.choices.order_by("offered__good").values("offered__good", "offered__good__place").annotate(
            packs=Sum("quantity"), fen=Sum(F("quantity") * F("offered__price_fen"))
        )
    )  # fmt: skip
    total = sum(one["fen"] for one in chosen)
    if not chosen:
        raise UnableToGive("nobody_chose")
    if total != amount_fen:
        raise UnableToGive("amount_differs", said=yuan(amount_fen), found=yuan(total))
    scheme.paid_on, scheme.invoice_number = paid_on, invoice
    scheme.invoice_code = code
    scheme.save(update_fields=["paid_on", "invoice_number", "invoice_code"])
    scheme.choices.update(chooser="")
    entries = _bring(scheme, chosen, act)
    hang(entries, files, record_type=record_type("consumption.entry"), act=act)
    kind = record_type("consumption.entry")
    submit_many(entries, record_type=kind, unit=scheme.unit, title=f"职工福利 {scheme.code}", act=act)
    return scheme


def _bring(scheme: Scheme, chosen: Sequence[Any], act: Act) -> list[int]:
    """Write a sale and its payment for each product, and return the payments' keys."""
    said = [
        {
            "platform": Platform.WELFARE.value, "order_no": scheme.code, "line_no": str(line), "unit": scheme.unit_id,
            "payer": Payer.UNION.value, "label": Label.BOUGHT.value, "good": one["offered__good"],
            "place": one["offered__good__place"], "quantity": str(one["packs"]), "ordered_fen": one["fen"],
            "ordered_on": scheme.paid_on, "bound_for": None, "shop": "", "invoice_code": scheme.invoice_code,
            "invoice_number": scheme.invoice_number, "invoice_line": str(line), "apart": "", "upload": None,
        }
        for line, one in enumerate(chosen, 1)
    ]  # fmt: skip
    return storing.write_paid_sales(said, document=scheme.invoice_number, act=act)
