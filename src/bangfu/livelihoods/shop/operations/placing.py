"""Orders placed by whoever waits, all in one operation: the scarce stock is locked once for everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import polars
from django.db import connection

from bangfu.foundation.ledger.operations import NewFacts, post_new
from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    Refusal,
    Scope,
    ask_kept,
    audit_rows,
    keep_rows,
    operation,
    permitted_scopes,
    write_last,
)
from bangfu.foundation.operations.act import LONGEST_KEY
from bangfu.foundation.operations.keys import ask_next_keys
from bangfu.foundation.operations.prepared import ask, carry_out, numbers_of, texts_of, together
from bangfu.foundation.operations.rows import Kept, digest_of_cells
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.shop.allocation import Line, Shelf, Wanted, allocate
from bangfu.livelihoods.shop.measures import ORDERED
from bangfu.livelihoods.shop.models import OUTSIDERS, Label
from bangfu.livelihoods.shop.operations.locking import LockedOffers, ask_locked_offers
from bangfu.livelihoods.shop.register import SOURCE_SYSTEM

OPERATION = "shop.place_orders"
SCHEMA = {
    "request": polars.Int64(), "key": polars.String(), "buyer": polars.String(), "offer": polars.Int64(),
    "quantity": polars.Int64(), "price_fen": polars.Int64(),
}  # fmt: skip
"""The columns of ``place_orders``: one row a line; lines with the same ``request`` are one order, in order of arrival."""
MOST_LINES = 50


class UnableToPlace(Refusal):
    """Codes: ``quantity``, ``unknown_offer``, ``not_open``, ``mixed``, ``price_changed``, ``over_limit``, ``sold_out``,
    ``unknown_buyer``, ``bad_key``, ``key_reused``, ``out_of_scope``, ``too_many_lines``."""

    sentences = {
        "quantity": both("数量须是 1 到 9999 的整数。请修改。", "The quantity is a whole number from 1 to 9999. Change it."),
        "unknown_offer": both("没有这件商品。请刷新后重选。", "There is no such offer. Reload and choose again."),
        "not_open": both("这件商品现在不在售。请看开售时间。", "This is not on sale now. See when it opens."),
        "mixed": both(
            "一个订单里的商品须来自同一渠道、同一场直播。请分开下单。",
            "The lines of one order come from one channel and one live sale. Place them apart.",
        ),
        "price_changed": both(
            "价格已变。请确认新价格后再下单。", "The price has changed. Look at the new one and place the order again."
        ),
        "over_limit": both("已超过每人限购数量。请减少数量。", "This is more than one buyer may have. Order less."),
        "sold_out": both("已售罄，或剩余不足您要的数量。", "Sold out, or less is left than you asked for."),
        "unknown_buyer": both("没有这位买家。请重新进入商城。", "There is no such buyer. Enter the shop again."),
        "bad_key": both(
            "请求号须有 1 到 160 个可见字符。", "A request key has 1 to 160 visible characters."
        ),
        "key_reused": both(
            "这个请求号已用于内容不同的订单。请用新的请求号。",
            "This request key was used for another order. Use a new key.",
        ),
        "out_of_scope": both("此处不能为这一渠道下单。", "Orders of this channel are not taken here."),
        "too_many_lines": both("一个订单最多五十行。请分开下单。", "An order has fifty lines at most. Split it."),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """What one request was answered."""

    request: int
    order: int | None
    """The order's key; null where it was refused."""
    code: str
    """A code of ``UnableToPlace``; empty where the order stands."""
    is_again: bool = False
    """Whether this is the first answer once more."""


@dataclass(frozen=True, slots=True)
class _Asked:
    request: int
    key: str
    wanted: Wanted
    lines: str
    """What is ordered, as text: it tells one request from another under the same key."""


@operation(OPERATION, scope=BY_ROWS, unrecorded=("frame",))
def place_orders(*, frame: polars.DataFrame, act: Act) -> list[Placed]:
    """Place the orders of everybody who waits, and answer each: first come, first served, whole orders or nothing.

    A request under a key that its buyer used before is answered with the first order; what is refused leaves nothing behind.

    Args:
        frame: columns of ``SCHEMA``; one row a line, rows of one ``request`` stand together.

    Raises: UnableToKeepKeys: ``asked_meanwhile``: two calls used one key at once; nothing was written, call again.
    Posts: ``shop.ordered``, yuan of each line, owned by the channel's unit, at the county of origin.
    Locks: the stock of every offer that is asked for, in order of their keys.
    """
    asked, refused = _requests(frame)
    with together():
        ask_offers = ask_locked_offers(
            sorted({line.offer for one in asked for line in one.wanted.lines}), at=act.at
        )
        ask_payers = _ask_payers({one.wanted.buyer for one in asked})
        ask_keys = ask_kept(list(dict.fromkeys(one.key for one in asked)), act=act)
        ask_new = ask_next_keys(
            ("shop_order", len(asked)), ("shop_orderline", sum([len(one.wanted.lines) for one in asked]))
        )
    offers, payers, kept = ask_offers(), dict(ask_payers()), ask_keys()
    allowed = _allowed(offers, act)
    answers: dict[int, Placed] = {one.request: one for one in refused}
    judged: list[_Asked] = []
    for one in asked:
        if one.wanted.buyer not in payers:
            answers[one.request] = Placed(one.request, None, "unknown_buyer")
        elif not all(allowed.get(line.offer, True) for line in one.wanted.lines):
            answers[one.request] = Placed(one.request, None, "out_of_scope")
        else:
            judged.append(one)
    fresh, twins = _without_kept(judged, kept, answers)
    codes = allocate([one.wanted for one, _ in fresh], _shelf(fresh, offers))
    placed = [pair for pair, code in zip(fresh, codes, strict=True) if not code]
    new_orders, new_lines = ask_new()
    written = new_orders[: len(placed)]
    orders = dict(zip([one.request for one, _ in placed], written, strict=True))
    if placed:
        write_last(lambda: _write(placed, written, new_lines, offers, payers, act))
        _leave_trail(placed, written, offers)
    for (one, _), code in zip(fresh, codes, strict=True):
        answers[one.request] = Placed(one.request, orders.get(one.request), code)
    for request, first in twins.items():
        found = answers[first]
        answers[request] = Placed(request, found.order, found.code, is_again=found.order is not None)
    return [answers[request] for request in dict.fromkeys(frame["request"].to_list())]


def _requests(frame: polars.DataFrame) -> tuple[list[_Asked], list[Placed]]:
    """Return the requests that can be judged, and the answers to those that cannot."""
    columns = frame
    if dict(frame.schema) != SCHEMA:
        columns = frame.select(*(polars.col(name).cast(kind) for name, kind in SCHEMA.items()))
    grouped: dict[int, tuple[str, str, list[Line]]] = {}
    for request, key, buyer, offer, quantity, price in columns.rows():
        if request in grouped:
            grouped[request][2].append(Line(offer or 0, quantity or 0, price or 0))
        else:
            grouped[request] = (key or "", buyer or "", [Line(offer or 0, quantity or 0, price or 0)])
    asked, refused = [], []
    for request, (key, buyer, lines) in grouped.items():
        code = _form_fault(key, buyer, lines)
        if code:
            refused.append(Placed(request, None, code))
            continue
        text = ";".join(f"{line.offer}x{line.quantity}@{line.price_fen}" for line in lines)
        asked.append(_Asked(request, row_key(buyer, key), Wanted(buyer, tuple(lines)), text))
    return asked, refused


def _form_fault(key: str, buyer: str, lines: list[Line]) -> str:
    if not _is_buyer(buyer):
        return "unknown_buyer"
    if not key or len(key) > LONGEST_KEY - 40 or not key.isprintable():
        return "bad_key"
    return "too_many_lines" if len(lines) > MOST_LINES else ""


_is_buyer = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII).fullmatch


def row_key(buyer: str, key: str) -> str:
    """Return under which key a buyer's request is kept: nobody reaches another's answers."""
    return f"{buyer} {key}"


def _allowed(offers: LockedOffers, act: Act) -> dict[int, bool]:  # by offer; unknown ones are absent
    """Return of which offers the actor may take orders."""
    scopes = [Scope(one.unit, one.place) for one in offers.offered.values()]
    return dict(zip(offers.offered, permitted_scopes(act, OPERATION, scopes), strict=True))


PAYERS = """
SELECT one.buyer, buyer.payer FROM unnest(%s::text[]) AS one (buyer)
 CROSS JOIN LATERAL (SELECT payer FROM shop_buyer WHERE id = one.buyer::uuid OFFSET 0) buyer
"""


def _ask_payers(
    buyers: set[str],
) -> Callable[[], list[tuple[str, str]]]:  # buyer, payer; unknown ones are absent
    return ask(PAYERS, [texts_of(sorted(buyers))])


def _without_kept(
    judged: list[_Asked], kept: Mapping[str, Kept], answers: dict[int, Placed]
) -> tuple[list[tuple[_Asked, str]], dict[int, int]]:
    """Answer what was answered before; return what is asked for the first time with its digest, and twins by their first."""
    digests = [digest_of_cells((one.key, one.lines)) for one in judged]
    first: dict[str, tuple[_Asked, str]] = {}
    twins: dict[int, int] = {}
    for one, digest in zip(judged, digests, strict=True):
        known = first.setdefault(one.key, (one, digest))
        if known[0] is not one:
            if known[1] == digest:
                twins[one.request] = known[0].request
            else:
                answers[one.request] = Placed(one.request, None, "key_reused")
    fresh = []
    for one, digest in first.values():
        earlier = kept.get(one.key)
        if earlier is None:
            fresh.append((one, digest))
        elif earlier.digest == digest and earlier.answer is not None:
            answers[one.request] = Placed(one.request, int(earlier.answer), "", is_again=True)
        else:
            answers[one.request] = Placed(one.request, None, "key_reused")
    return fresh, twins


def _shelf(fresh: list[tuple[_Asked, str]], offers: LockedOffers) -> Shelf:
    terms = {offer: one.terms for offer, one in offers.offered.items()}
    limited = [offer for offer, one in terms.items() if one.per_buyer is not None]
    had: dict[tuple[str, int], int] = {}
    if limited:
        buyers = sorted({one.wanted.buyer for one, _ in fresh})
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT placed.buyer_id::text, line.offer_id, sum(line.quantity) FROM shop_order placed"
                " JOIN shop_orderline line ON line.order_id = placed.id"
                " WHERE placed.buyer_id = ANY(%s::text[]::uuid[]) AND line.offer_id = ANY(%s)"
                " AND placed.state NOT IN ('CANCELLED', 'REFUNDED') GROUP BY 1, 2",
                [buyers, limited],
            )
            had = {(buyer, offer): int(count) for buyer, offer, count in cursor.fetchall()}
    return Shelf(terms, dict(offers.free), had)


WRITE = """
WITH placed AS (
    INSERT INTO shop_order (id, buyer_id, channel_id, sale_id, unit_id, payer, label, total_fen, placed_at, pay_by_at, state,
                            refunded_fen)
    SELECT one.id, one.buyer::uuid, one.channel, one.sale, one.unit, one.payer, one.label, one.total, %(at)s::timestamptz,
           one.pay_by_at, 'PLACED', 0
      FROM unnest(%(orders)s::bigint[], %(buyers)s::text[], %(channels)s::bigint[], %(sales)s::bigint[], %(units)s::bigint[],
                  %(payers)s::text[], %(labels)s::text[], %(totals)s::bigint[], %(pay_by)s::timestamptz[])
           AS one (id, buyer, channel, sale, unit, payer, label, total, pay_by_at)
), lines AS (
    INSERT INTO shop_orderline (id, order_id, offer_id, quantity, unit_price_fen, floor_fen, place_id)
    SELECT one.id, one.order_id, one.offer, one.quantity, one.price, one.floor, one.place
      FROM unnest(%(lines)s::bigint[], %(line_orders)s::bigint[], %(offers)s::bigint[], %(quantities)s::bigint[],
                  %(prices)s::bigint[], %(floors)s::bigint[], %(places)s::bigint[])
           AS one (id, order_id, offer, quantity, price, floor, place)
), moved AS (
    INSERT INTO shop_stockmovement (stock_id, kind, physical, reserved, line_id, moved_at, moved_by_id)
    SELECT one.stock, 'RESERVED', 0, one.quantity, one.line, %(at)s::timestamptz, %(actor)s::bigint
      FROM unnest(%(stocks)s::bigint[], %(quantities)s::bigint[], %(lines)s::bigint[]) AS one (stock, quantity, line)
)
UPDATE shop_stock stock SET reserved = stock.reserved + taken.quantity
  FROM (SELECT one.stock, sum(one.quantity)::bigint AS quantity
          FROM unnest(%(stocks)s::bigint[], %(quantities)s::bigint[]) AS one (stock, quantity) GROUP BY one.stock) taken
 WHERE stock.id = taken.stock
"""


def _write(
    placed: Sequence[tuple[_Asked, str]], orders: Sequence[int], new_lines: Sequence[int], offers: LockedOffers,
    payers: Mapping[str, str], act: Act,
) -> None:  # fmt: skip
    """Write orders, lines, movements and stock, after that facts and keys, in one statement each."""
    firsts = [offers.offered[one.wanted.lines[0].offer] for one, _ in placed]
    lines = [
        (order, line, offers.offered[line.offer])
        for order, (one, _) in zip(orders, placed, strict=True)
        for line in one.wanted.lines
    ]
    keys = new_lines[: len(lines)]
    payer = [payers[one.wanted.buyer] for one, _ in placed]
    pay_by = {
        minutes: "NULL" if minutes is None else str(act.at + timedelta(minutes=minutes))
        for minutes in {one.pay_within_min for one in firsts}
    }
    quantities = numbers_of([line.quantity for _, line, _ in lines])
    written, line_keys = numbers_of(orders), numbers_of(keys)
    yuan = {fen: Decimal(fen).scaleb(-2) for fen in {line.quantity * line.price_fen for _, line, _ in lines}}
    carry_out(WRITE, {
        "at": act.at, "actor": act.actor.pk, "orders": written,
        "buyers": texts_of([one.wanted.buyer for one, _ in placed]),
        "channels": numbers_of([one.terms.channel for one in firsts]),
        "sales": numbers_of([one.terms.sale for one in firsts]),
        "units": numbers_of([one.unit for one in firsts]), "payers": texts_of(payer),
        "labels": texts_of([label_of(one) for one in payer]),
        "totals": numbers_of([sum([line.quantity * line.price_fen for line in one.wanted.lines]) for one, _ in placed]),
        "pay_by": f"{{{','.join([pay_by[one.pay_within_min] for one in firsts])}}}",
        "lines": line_keys, "line_orders": numbers_of([order for order, _, _ in lines]),
        "offers": numbers_of([line.offer for _, line, _ in lines]),
        "quantities": quantities, "prices": numbers_of([line.price_fen for _, line, _ in lines]),
        "floors": numbers_of([one.floor_fen for _, _, one in lines]),
        "places": numbers_of([one.place for _, _, one in lines]),
        "stocks": numbers_of([one.terms.stock for _, _, one in lines]),
    })  # fmt: skip
    facts = NewFacts(
        quantities=[yuan[line.quantity * line.price_fen] for _, line, _ in lines],
        units=[one.unit for _, _, one in lines],
        places=[one.place for _, _, one in lines],
        subjects=[order for order, _, _ in lines],
        sources=[str(key) for key in keys],
    )
    post_new(ORDERED, facts, record_type=record_type("shop.order"), system=SOURCE_SYSTEM, act=act)
    keep_rows(
        [one.key for one, _ in placed],
        [digest for _, digest in placed],
        [str(order) for order in orders],
        act=act,
    )


def _leave_trail(placed: Sequence[tuple[_Asked, str]], orders: Sequence[int], offers: LockedOffers) -> None:
    firsts = [offers.offered[one.wanted.lines[0].offer] for one, _ in placed]
    audit_rows(
        {
            "key": [one.key for one, _ in placed],
            "digest": [digest for _, digest in placed],
            "object": [f"shop.order:{order}" for order in orders],
            "unit": [one.unit for one in firsts],
            "place": [one.place for one in firsts],
        }
    )


def label_of(payer: str) -> str:
    """Return under which row of the pledge the orders of a payer count.

    >>> str(label_of("CANTEEN")), str(label_of("PUBLIC"))
    ('BOUGHT', 'HELPED')
    """
    return Label.HELPED if payer in OUTSIDERS else Label.BOUGHT
