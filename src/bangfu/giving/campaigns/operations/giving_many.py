"""Gifts of points of everybody who waits at the door, taken together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import polars

from bangfu.foundation.operations import BY_ROWS, Act, Scope, audit_rows, operation, permitted_scopes
from bangfu.foundation.operations.rows import digest_of_cells
from bangfu.foundation.points.operations import lock_holders
from bangfu.giving.campaigns.models import Campaign
from bangfu.giving.campaigns.operations.taking import (
    GIFT_SCHEMA,
    Given,
    enter_point_gifts,
    hold_campaigns,
    terms_of,
)

OPERATION = "campaigns.give_many"
MANY_SCHEMA = {
    "campaign": polars.Int64(), "member": polars.String(), "points": polars.Int64(), "key": polars.String(),
    "is_anonymous": polars.Boolean(),
}  # fmt: skip
"""The columns of ``give_many``: one row a gift, in order of arrival; ``key`` is the giver's request key."""
LONGEST_KEY = 48


@dataclass(frozen=True, slots=True)
class _Asked:
    at: int
    member: str
    points: int
    key: str
    is_anonymous: bool


@operation(OPERATION, scope=BY_ROWS, unrecorded=("frame",))
def give_many(*, frame: polars.DataFrame, act: Act) -> list[Given]:
    """Take the gifts of points of everybody who waits, whole or not at all, and answer each in its order.

    A member's request key is the gift's own id for good: the same once more is answered with the first gift, and what is refused
    leaves nothing behind.

    Args:
        frame: columns of ``MANY_SCHEMA``.

    Posts: as ``give_points``.
    Locks: the campaigns (shared) and after them the holders, each in the order of their keys; what matches.
    """
    rows = frame.select(*(polars.col(name).cast(kind) for name, kind in MANY_SCHEMA.items())).rows()
    states = hold_campaigns(sorted({row[0] for row in rows if row[0] is not None}))
    holders = lock_holders({row[1] for row in rows if row[1]})
    campaigns = Campaign.objects.select_related("charity__unit", "fund", "sponsor", "unit").in_bulk(
        list(states)
    )
    allowed = _allowed(campaigns, act)
    answers: dict[int, Given] = {}
    asked: dict[int, list[_Asked]] = defaultdict(list)
    for at, (campaign, member, points, key, is_anonymous) in enumerate(rows):
        code = _fault(key or "", member or "", holders, allowed.get(campaign))
        if code:
            answers[at] = Given(None, "", 0, code)
        else:
            asked[campaign].append(_Asked(at, member, points or 0, key, bool(is_anonymous)))
    for key in sorted(asked):
        taken = _take(campaigns[key], states[key], asked[key], holders, act)
        answers |= dict(zip((one.at for one in asked[key]), taken, strict=True))
    return [answers[at] for at in range(len(rows))]


def _allowed(campaigns: Mapping[int, Campaign], act: Act) -> dict[int, bool]:  # unknown ones are absent
    scopes = [Scope(one.unit_id) for one in campaigns.values()]
    return dict(zip(campaigns, permitted_scopes(act, OPERATION, scopes), strict=True))


def _fault(key: str, member: str, holders: Mapping[str, int], is_allowed: bool | None) -> str:
    if is_allowed is None:
        return "unknown_campaign"
    if not is_allowed:
        return "out_of_scope"
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        return "bad_key"
    return "" if member in holders else "unknown_holder"


def _take(
    campaign: Campaign, state: str, asked: list[_Asked], holders: Mapping[str, int], act: Act
) -> list[Given]:
    today = act.on
    frame = polars.DataFrame(
        [
            (one.member, one.points, today, source_of(holders[one.member], one.key), one.is_anonymous)
            for one in asked
        ],
        schema=GIFT_SCHEMA,
        orient="row",
    )
    rate, why_not = terms_of(campaign, state, today)
    answers = enter_point_gifts(
        campaign, frame, file=None, rate=rate, why_not=why_not, holders=holders, act=act
    )
    fresh = [
        (one, given)
        for one, given in zip(asked, answers, strict=True)
        if given.gift is not None and not given.is_again
    ]
    if fresh:
        audit_rows(
            {
                "key": [source_of(holders[one.member], one.key) for one, _ in fresh],
                "digest": [digest_of_cells((campaign.pk, one.points, one.is_anonymous)) for one, _ in fresh],
                "object": [f"campaigns.gift:{given.gift}" for _, given in fresh],
                "unit": [campaign.unit_id] * len(fresh),
            }
        )
    return answers


def source_of(holder: int, key: str) -> str:
    """Return the id of a gift that a holder gives under a request key: nobody reaches another's."""
    return f"{holder}:{key}"
