"""Gifts in the books: received and given back, each in the charity's and, where a company pays, in the sponsor's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.giving.campaigns.models import Campaign, Gift, Match, Way
from bangfu.giving.campaigns.operations.books import (
    DEBIT,
    INCOME,
    REFUNDED,
    Leg,
    moved,
    post_legs,
    sponsors_lines,
)
from bangfu.giving.campaigns.register import GIFT_FILE_TYPE, GIFT_TYPE, GIFTS, REFUNDS

if TYPE_CHECKING:
    from bangfu.giving.campaigns.operations.taking import Row


def book_gifts(
    campaign: Campaign, rows: Sequence[Row], *, file: int | None, are_new: bool = False, act: Act
) -> None:
    """Post what gifts move: one entry each, or one a day and way for the gifts of a file.

    Args:
        are_new: the open operation just made them: nobody looks for what they posted before.

    Posts: in the charity's books what it holds or is owed against income, within the fund; in the sponsor's what it owes, and
        the points that it owes no more.
    """
    charity, fund = campaign.charity, campaign.fund
    assert charity is not None
    assert fund is not None
    grouped: dict[tuple[date, str, int], list[Row]] = defaultdict(list)
    for number, row in enumerate(rows):
        grouped[row.on, row.way, 0 if file is not None else number].append(row)
    legs: list[Leg] = []
    owing: dict[Unit, list[Leg]] = defaultdict(list)
    sponsors = _sponsors(campaign, rows)
    for entry, ((on, way, _), ones) in enumerate(grouped.items()):
        of = ones[0].key if file is None else file
        source = str(of) if file is None else f"file:{of}:{on:%Y%m%d}:{way}"
        fen, points = sum(one.amount_fen for one in ones), sum(one.points or 0 for one in ones)
        legs += moved(entry, on, of, f"{source}:C", [(DEBIT[way], fen), (INCOME[way], -fen)], fund.code)
        payer = sponsors.get(ones[0].match, campaign.sponsor) if way in (Way.POINTS, Way.MATCH) else None
        if payer is not None:
            owing[payer] += moved(entry, on, of, f"{source}:S", sponsors_lines(way, fen, points))
    kind = GIFT_TYPE if file is None else GIFT_FILE_TYPE
    post_legs(legs, unit=charity.unit, system=GIFTS, record_type=kind, are_new=are_new, act=act)
    for unit, theirs in sorted(owing.items(), key=lambda one: one[0].pk):
        post_legs(theirs, unit=unit, system=GIFTS, record_type=kind, are_new=are_new, act=act)


def _sponsors(campaign: Campaign, rows: Sequence[Row]) -> dict[int | None, Unit]:
    keys = {row.match for row in rows if row.match is not None}
    found: dict[int | None, Unit] = {
        one.pk: one.sponsor for one in Match.objects.filter(pk__in=keys).select_related("sponsor")
    }
    if campaign.sponsor is not None:
        found[None] = campaign.sponsor
    return found


def unbook_gift(gift: Gift, *, act: Act) -> None:
    """Post what giving a gift back moves: an entry of its own on the day, so that the income stays as it was.

    Raises: UnableToPostEntry: ``fund_short``: it is spent already.
    Locks: the fund.
    """
    campaign = gift.campaign
    charity, fund = campaign.charity, campaign.fund
    assert charity is not None
    assert fund is not None
    legs = moved(
        1, act.on, gift.pk, f"{gift.pk}:C",
        [(REFUNDED, gift.amount_fen), (DEBIT[gift.way], -gift.amount_fen)], fund.code,
    )  # fmt: skip
    post_legs(legs, unit=charity.unit, system=REFUNDS, record_type=GIFT_TYPE, act=act)
    payer = gift.match.sponsor if gift.match is not None else campaign.sponsor
    if gift.way in (Way.POINTS, Way.MATCH) and payer is not None:
        lines = sponsors_lines(gift.way, -gift.amount_fen, -(gift.points or 0))
        back = moved(1, act.on, gift.pk, f"{gift.pk}:S", lines)
        post_legs(back, unit=payer, system=REFUNDS, record_type=GIFT_TYPE, act=act)
