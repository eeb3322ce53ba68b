"""Who gets what when more is wanted than there is: first come, first served, whole orders or nothing.

Pure: values in, codes out. Nobody is passed over for the sake of somebody who came later, and an order that cannot be had whole
takes nothing, so that whoever came after it may still have what is left: neither oversold nor undersold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LARGEST_QUANTITY = 9_999
"""Packs that one line may ask for; more is a typing error, and would not be a household's order."""


@dataclass(frozen=True, slots=True)
class Line:
    """So many packs of an offer, at the price that the buyer saw."""

    offer: int
    quantity: int
    price_fen: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """One order that is asked for."""

    buyer: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer is sold for at a moment."""

    stock: int
    channel: int
    sale: int | None
    price_fen: int | None
    """Null = no price is valid yet."""
    per_buyer: int | None
    is_open: bool


@dataclass
class Shelf:
    """What is left while orders are allocated one after the other."""

    terms: Mapping[int, Terms]
    free: dict[int, int]
    """Packs by stock."""
    had: dict[tuple[str, int], int] = field(default_factory=dict)
    """Packs that a buyer has of an offer with a limit, by both; none = absent."""


def allocate(orders: Sequence[Wanted], shelf: Shelf) -> list[str]:
    """Return a code for each order, in the order of arrival: empty where it is had, else why not.

    Codes: ``quantity``, ``unknown_offer``, ``not_open``, ``mixed``, ``price_changed``, ``over_limit``, ``sold_out``.
    The shelf is what is left afterwards.

    >>> shelf = Shelf({1: Terms(7, 1, None, 100, None, True)}, {7: 3})
    >>> [allocate([Wanted("a", (Line(1, wanted, 100),))], shelf)[0] for wanted in (2, 2, 1)]
    ['', 'sold_out', '']
    """
    return [_allocated(one, shelf) for one in orders]


def _allocated(order: Wanted, shelf: Shelf) -> str:
    terms, free, lines = shelf.terms, shelf.free, order.lines
    code = _fault(lines, terms)
    if code:
        return code
    if len(lines) == 1:
        line = lines[0]
        offered = terms[line.offer]
        if offered.per_buyer is not None:
            held = shelf.had.get((order.buyer, line.offer), 0) + line.quantity
            if held > offered.per_buyer:
                return "over_limit"
            if free[offered.stock] >= line.quantity:
                shelf.had[order.buyer, line.offer] = held
        if free[offered.stock] < line.quantity:
            return "sold_out"
        free[offered.stock] -= line.quantity
        return ""
    return _allocated_basket(order, shelf)


def _allocated_basket(order: Wanted, shelf: Shelf) -> str:
    held, taken = dict[int, int](), dict[int, int]()
    for line in order.lines:
        held[line.offer] = held.get(line.offer, 0) + line.quantity
        stock = shelf.terms[line.offer].stock
        taken[stock] = taken.get(stock, 0) + line.quantity
    for offer, quantity in held.items():
        limit = shelf.terms[offer].per_buyer
        if limit is not None and shelf.had.get((order.buyer, offer), 0) + quantity > limit:
            return "over_limit"
    if any(shelf.free[stock] < quantity for stock, quantity in taken.items()):
        return "sold_out"
    for stock, quantity in taken.items():
        shelf.free[stock] -= quantity
    for offer, quantity in held.items():
        if shelf.terms[offer].per_buyer is not None:
            shelf.had[order.buyer, offer] = shelf.had.get((order.buyer, offer), 0) + quantity
    return ""


def _fault(lines: tuple[Line, ...], terms: Mapping[int, Terms]) -> str:
    first = terms.get(lines[0].offer)
    for line in lines:
        if not 0 < line.quantity <= LARGEST_QUANTITY:
            return "quantity"
        offered = terms.get(line.offer)
        if offered is None or first is None:
            return "unknown_offer"
        if not offered.is_open or offered.price_fen is None:
            return "not_open"
        if offered is not first and (offered.channel, offered.sale) != (first.channel, first.sale):
            return "mixed"
        if offered.price_fen != line.price_fen:
            return "price_changed"
    return ""
