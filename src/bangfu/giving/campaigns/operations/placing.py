"""Gifts get their places in the order in which they entered their fund."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.operations import Act, Scope, inside_operation, operation
from bangfu.giving.campaigns.standing import campaigns_to_place

PLACE_LOCKS = 0x6769_6674
"""The class of the advisory locks under which gifts of a campaign get their places; the second number is the campaign's key."""
_PLACE = """
INSERT INTO campaigns_standing (gift_id, campaign_id, before_fen)
SELECT gift.id, gift.campaign_id, last.fen + sum(gift.amount_fen) OVER (ORDER BY gift.id) - gift.amount_fen
  FROM campaigns_gift gift
 CROSS JOIN (SELECT coalesce((SELECT placed.before_fen + newest.amount_fen FROM campaigns_standing placed
                                JOIN campaigns_gift newest ON newest.id = placed.gift_id
                               WHERE placed.campaign_id = %(campaign)s ORDER BY placed.before_fen DESC LIMIT 1), 0) AS fen) last
 WHERE gift.campaign_id = %(campaign)s AND gift.state IN ('RECEIVED', 'REFUNDING')
   AND NOT EXISTS (SELECT FROM campaigns_standing placed WHERE placed.gift_id = gift.id)
"""


def place_gifts_of(fund: int) -> int:
    """Give places to the gifts of a fund that have none, inside an operation, and return how many; places never change.

    Locks: the campaign's places.
    """
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM campaigns_campaign WHERE fund_id = %s", [fund])
        return sum(_place(campaign) for (campaign,) in cursor.fetchall())


def _place(campaign: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PLACE_LOCKS, campaign])
        cursor.execute(_PLACE, {"campaign": campaign})
        return int(cursor.rowcount)


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("campaigns.place_gifts", scope=_whole_house)
def place_gifts(*, act: Act) -> int:
    """Give places to all gifts that have none, and return how many; the house does it by itself.

    Locks: the places of each campaign, in the order of their keys.
    """
    return sum(_place(campaign) for campaign in campaigns_to_place())
