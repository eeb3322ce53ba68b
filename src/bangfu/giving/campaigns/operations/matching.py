"""What a company adds to gifts, up to a cap that many who give at once cannot overrun."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import F

from bangfu.foundation.operations import Act
from bangfu.foundation.points.operations.storing import next_keys
from bangfu.giving.campaigns.models import Campaign, DonorKind, Match, Way

if TYPE_CHECKING:
    from bangfu.giving.campaigns.operations.taking import Row

MATCH_SYSTEM = "campaigns.match"


def match_gifts(campaign: Campaign, rows: Sequence[Row], *, act: Act) -> list[Row]:
    """Return the gifts that a company adds to these, in their order, until its cap is used.

    Locks: the match of the day, if there is one.
    """
    from bangfu.giving.campaigns.operations.taking import Row as New

    if not rows:
        return []
    held = (
        Match.objects.select_for_update(of=("self",))
        .select_related("sponsor")
        .filter(campaign=campaign, starts_on__lte=act.on, ends_on__gt=act.on)
        .first()
    )
    if held is None:
        return []
    left, wanted = held.cap_fen - held.used_fen, []
    for row in rows:
        adds = min(row.amount_fen * held.adds_fen // held.to_fen, left)
        if adds > 0:
            wanted.append((row, adds))
            left -= adds
    keys = next_keys("campaigns_gift", len(wanted))
    Match.objects.filter(pk=held.pk).update(used_fen=F("used_fen") + sum(adds for _, adds in wanted))
    place = held.sponsor.place_id or campaign.seat_id
    return [
        New(
            key, secrets.token_hex(10), None, DonorKind.COMPANY.value, Way.MATCH.value, None, None, adds, False,
            held.sponsor_id, place, act.on, MATCH_SYSTEM, str(row.key), match=held.pk, matched=row.key,
        )
        for key, (row, adds) in zip(keys, wanted, strict=True)
    ]  # fmt: skip
