"""Gifts in the order in which they entered their fund, and which fen of it each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models import WAY_WORDS

_GIFT = """
SELECT gift.id, gift.number, gift.state, gift.way, gift.points, gift.amount_fen, gift.given_on, gift.ended_on,
       campaign.id, campaign.code, campaign.title_zh, campaign.title_en, campaign.is_drive, campaign.fund_id,
       charity.name_zh, charity.name_en,
       standing.before_fen
  FROM campaigns_gift gift
  JOIN campaigns_campaign campaign ON campaign.id = gift.campaign_id
  JOIN campaigns_charity charity ON charity.id = campaign.charity_id
  LEFT JOIN campaigns_standing standing ON standing.gift_id = gift.id
 WHERE gift.number = %s
"""
_WENT_BACK_BEFORE = """
SELECT coalesce(sum(gift.amount_fen), 0)::bigint FROM campaigns_gift gift
  JOIN campaigns_standing standing ON standing.gift_id = gift.id
 WHERE gift.campaign_id = %(campaign)s AND gift.state = 'REFUNDED' AND standing.before_fen < %(before)s
"""
_BEFORE_THE_NEWEST = """
SELECT coalesce((SELECT placed.before_fen + newest.amount_fen FROM campaigns_standing placed
                   JOIN campaigns_gift newest ON newest.id = placed.gift_id
                  WHERE placed.campaign_id = %(campaign)s ORDER BY placed.before_fen DESC LIMIT 1), 0)
     - coalesce((SELECT sum(gift.amount_fen) FROM campaigns_gift gift
                   JOIN campaigns_standing placed ON placed.gift_id = gift.id
                  WHERE gift.campaign_id = %(campaign)s AND gift.state = 'REFUNDED'), 0)::bigint
     + coalesce((SELECT sum(gift.amount_fen) FROM campaigns_gift gift
                  WHERE gift.campaign_id = %(campaign)s AND gift.id < %(gift)s AND gift.state IN ('RECEIVED', 'REFUNDING')
                    AND NOT EXISTS (SELECT FROM campaigns_standing placed WHERE placed.gift_id = gift.id)), 0)::bigint
"""
_UNPLACED = """
SELECT DISTINCT gift.campaign_id FROM campaigns_gift gift
 WHERE gift.state IN ('RECEIVED', 'REFUNDING')
   AND NOT EXISTS (SELECT FROM campaigns_standing placed WHERE placed.gift_id = gift.id) ORDER BY 1
"""


@dataclass(frozen=True)
class Followed:
    """A gift as whoever gave it may follow it; nobody is named."""

    number: str
    campaign: str
    """The campaign's code; empty: a drive among staff, which has no public page."""
    title: Words
    charity: Words
    fund: int | None
    way: Words
    points: int | None
    amount_fen: int
    given_on: date
    state: str
    ended_on: date | None
    span: tuple[int, int] | None
    """Which fen of all that the fund received and kept it is, from and until; null: it is not in the fund, or not any more."""


def campaigns_to_place() -> list[int]:
    """Return the campaigns of which a received gift has no place yet, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_UNPLACED)
        return [key for (key,) in cursor.fetchall()]


def followed(number: str) -> Followed | None:
    """Return the gift of a number with the fen of the fund that it is; null: there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_GIFT, [number])
        row = cursor.fetchone()
        if row is None:
            return None
        (
            key, number, state, way, points, fen, given_on, ended_on, campaign, code, zh, en, is_drive, fund, charity_zh,
            charity_en, before,
        ) = row  # fmt: skip
        span = None
        if state in ("RECEIVED", "REFUNDING"):
            start = _start(key, campaign, before)
            span = (start, start + fen)
    return Followed(
        number, "" if is_drive else code, both(zh, en or zh), both(charity_zh, charity_en or charity_zh), fund, WAY_WORDS[way],
        points, fen,
        given_on, state, ended_on, span,
    )  # fmt: skip


def _start(gift: int, campaign: int, before: int | None) -> int:
    with connection.cursor() as cursor:
        if before is None:
            cursor.execute(_BEFORE_THE_NEWEST, {"campaign": campaign, "gift": gift})
            return int(cursor.fetchone()[0])
        cursor.execute(_WENT_BACK_BEFORE, {"campaign": campaign, "before": before})
        return before - int(cursor.fetchone()[0])
