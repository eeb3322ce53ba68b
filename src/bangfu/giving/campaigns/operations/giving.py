"""Gifts of points: burnt, worth cash that the sponsor owes the charity from then on, and counted; one, everybody's who waits, or
a whole file."""

from __future__ import annotations

from collections.abc import Sequence

import polars
from django.utils import timezone

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.points.models import Holder, Rate
from bangfu.foundation.points.operations.storing import copy_rows
from bangfu.giving.campaigns.models import Campaign, Gift, GiftFile
from bangfu.giving.campaigns.operations.refusing import UnableToGive
from bangfu.giving.campaigns.operations.taking import (
    GIFT_SCHEMA,
    Given,
    enter_point_gifts,
    hold_campaigns,
    terms_of,
)
from bangfu.giving.campaigns.register import POINTS_SYSTEM


def _terms(campaign: Campaign, act: Act) -> Rate:
    rate, why_not = terms_of(campaign, hold_campaigns([campaign.pk])[campaign.pk], act.on)
    if rate is None:
        raise UnableToGive(why_not, campaign=campaign.title)
    return rate


@operation("campaigns.give_points", scope=scope_of("campaign"))
def give_points(
    *, campaign: Campaign, holder: Holder, points: int, source_id: str, is_anonymous: bool = False, act: Act
) -> Gift:
    """Burn points of a member for a campaign, and let the sponsor owe the charity what they are worth, in one transaction.

    The same ``source_id`` is the same gift.

    Raises: UnableToGive: see its codes; nothing was written.
    Posts: ``campaigns.participations``; entries of the charity's and of the sponsor's books, in fen and points.
    Locks: the campaign (shared), the holder, what matches.
    """
    frame = polars.DataFrame(
        [[holder.number, points, act.on, source_id, is_anonymous]], schema=GIFT_SCHEMA, orient="row"
    )
    (answer,) = enter_point_gifts(campaign, frame, file=None, rate=_terms(campaign, act), act=act)
    if answer.code:
        raise UnableToGive(answer.code, held=answer.held, campaign=campaign.title, least=least_of(campaign))
    return Gift.objects.get(source_system=POINTS_SYSTEM, source_id=source_id)


def least_of(campaign: Campaign) -> str:
    """Return in yuan what a gift is at least."""
    return f"{campaign.least_fen // 100}.{campaign.least_fen % 100:02}"


@operation("campaigns.bring_gifts", scope=scope_of("campaign"), unrecorded=("frame",))
def bring_gifts(*, campaign: Campaign, frame: polars.DataFrame, name: str, digest: str, act: Act) -> GiftFile:
    """Take the gifts of a file of the points system, however many, and say of how many nothing came.

    A gift that is here already is passed over; one that cannot be taken (too few points, outside the dates) is left out. A file
    with the same digest is refused.

    Args:
        frame: columns of ``GIFT_SCHEMA``.
        digest: SHA-256 of the file, in hex.

    Raises: UnableToGive: ``not_open``, ``no_points``, ``no_rate``, ``file_taken``, ``empty``; nothing was written.
    Posts: ``campaigns.participations``, a fact a gift; in the books one entry a day.
    Locks: the campaign (shared), the holders in the order of their keys, what matches.
    """
    known = GiftFile.objects.filter(campaign=campaign, digest=digest).first()
    if known is not None:
        raise UnableToGive("file_taken", day=f"{timezone.localdate(known.brought_at):%Y-%m-%d}")
    if not frame.height:
        raise UnableToGive("empty")
    rate = _terms(campaign, act)
    file = GiftFile.objects.create(
        campaign=campaign, name=name[:200], digest=digest, gifts=0, refused=0, amount_fen=0, brought_at=act.at,
        brought_by=act.actor,
    )  # fmt: skip
    answers = enter_point_gifts(campaign, frame, file=file.pk, rate=rate, act=act)
    taken = [one for one in answers if not one.code and not one.is_again]
    file.gifts, file.refused = len(taken), sum(bool(one.code) for one in answers)
    file.amount_fen = sum(one.amount_fen for one in taken)
    file.save(update_fields=["gifts", "refused", "amount_fen"])
    _keep_refused(file, frame, answers)
    return file


def _keep_refused(file: GiftFile, frame: polars.DataFrame, answers: Sequence[Given]) -> None:
    refused = [at for at, one in enumerate(answers) if one.code]
    if not refused:
        return
    rows = frame.select("member", "points", "given_on", "source_id")[refused].rows()
    copy_rows(
        "campaigns_refusedgift",
        ("file_id", "row", "member", "points", "given_on", "source_id", "code", "held"),
        [
            (
                file.pk,
                at + 1,
                (member or "")[:40],
                points,
                on,
                (source or "")[:80],
                answers[at].code,
                answers[at].held,
            )
            for at, (member, points, on, source) in zip(refused, rows, strict=True)
        ],
    )
