"""Gifts of points: burnt, worth cash that the sponsor owes the charity from then on, and counted; one, or a whole file."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars
from django.db import connection

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.operations import SPEND_SCHEMA, Spent, spend_points_many
from bangfu.foundation.points.operations.storing import copy_rows, next_keys
from bangfu.foundation.points.queries import rate_of
from bangfu.giving.campaigns.models import Campaign, DonorKind, Gift, GiftFile, GiftState, State, Way
from bangfu.giving.campaigns.operations.counting import Counted, count_participations
from bangfu.giving.campaigns.operations.matching import match_gifts
from bangfu.giving.campaigns.operations.posting import book_gifts
from bangfu.giving.campaigns.operations.refusing import UnableToGive
from bangfu.giving.campaigns.register import GIFT_TYPE

POINTS_SYSTEM = "campaigns.points"
"""The source of gifts of points: their ids are the points system's, or the door's request keys."""
GIFT_SCHEMA = {
    "member": polars.String(), "points": polars.Int64(), "given_on": polars.Date(), "source_id": polars.String(),
    "is_anonymous": polars.Boolean(),
}  # fmt: skip
"""One row a gift of points."""
GIFT_COLUMNS = (
    "id", "number", "campaign_id", "donor_id", "kind", "way", "points", "spend_id", "amount_fen", "is_anonymous", "unit_id",
    "place_id", "given_at", "given_on", "state", "received_on", "source_system", "source_id", "file_id", "match_id",
    "matched_id",
)  # fmt: skip
LOCK_CAMPAIGN = "SELECT state FROM campaigns_campaign WHERE id = %s FOR SHARE"
"""Whoever gives holds the campaign as it is; whoever closes it waits for them."""


@dataclass(frozen=True, slots=True)
class Given:
    """What one gift of a file was answered."""

    gift: int | None
    """Its key; null where it was refused."""
    number: str
    amount_fen: int
    code: str
    """A code of ``UnableToGive``; empty where it was taken."""
    held: int = 0
    """What the member could have spent just before."""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A gift that is about to be written."""

    key: int
    number: str
    donor: int | None
    kind: str
    way: str
    points: int | None
    spend: int | None
    amount_fen: int
    is_anonymous: bool
    unit: int
    place: int
    on: date
    source_system: str
    source_id: str
    match: int | None = None
    matched: int | None = None


def lock_open(campaign: Campaign) -> None:
    """Hold a campaign open while a gift is written.

    Raises: UnableToGive: ``not_open``.
    Locks: the campaign, shared with all who give.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_CAMPAIGN, [campaign.pk])
        (state,) = cursor.fetchone()
    if state != State.OPEN:
        raise UnableToGive("not_open", campaign=campaign.title)


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
    (answer,) = enter_point_gifts(campaign, frame, file=None, act=act)
    if answer.code:
        raise UnableToGive(
            answer.code, held=answer.held, campaign=campaign.title, least=_yuan(campaign.least_fen)
        )
    return Gift.objects.get(source_system=POINTS_SYSTEM, source_id=source_id)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


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
        raise UnableToGive("file_taken", day=f"{known.brought_at:%Y-%m-%d}")
    if not frame.height:
        raise UnableToGive("empty")
    file = GiftFile.objects.create(
        campaign=campaign, name=name[:200], digest=digest, gifts=0, refused=0, amount_fen=0, brought_at=act.at,
        brought_by=act.actor,
    )  # fmt: skip
    answers = enter_point_gifts(campaign, frame, file=file.pk, act=act)
    taken = [one for one in answers if not one.code and not one.is_again]
    file.gifts, file.refused = len(taken), sum(bool(one.code) for one in answers)
    file.amount_fen = sum(one.amount_fen for one in taken)
    file.save(update_fields=["gifts", "refused", "amount_fen"])
    return file


def enter_point_gifts(
    campaign: Campaign, frame: polars.DataFrame, *, file: int | None, act: Act
) -> list[Given]:
    """Take gifts of points inside an operation, and answer each in its order.

    Args:
        frame: columns of ``GIFT_SCHEMA``.
        file: the key of the file that brings them; in the books its gifts of a day are one entry.

    Raises: UnableToGive: ``not_open``, ``no_points``, ``no_rate``; nothing was written.
    """
    lock_open(campaign)
    if campaign.sponsor is None:
        raise UnableToGive("no_points")
    rate = rate_of(campaign.sponsor, act.on)
    if rate is None:
        raise UnableToGive("no_rate")
    asked = frame.select(*(polars.col(name).cast(kind) for name, kind in GIFT_SCHEMA.items()))
    rows = list(asked.iter_rows())
    known = _known([row[3] for row in rows])
    codes = [
        _fault(row, campaign, rate.value_fen(max(row[1] or 0, 0)), act.on) if row[3] not in known else "known"
        for row in rows
    ]
    wanted = [at for at, code in enumerate(codes) if not code]
    keys = dict(zip(wanted, next_keys("campaigns_gift", len(wanted)), strict=True))
    spends = polars.DataFrame(
        [(rows[at][0], rows[at][1], keys[at], rows[at][3]) for at in wanted],
        schema=SPEND_SCHEMA,
        orient="row",
    )
    spent = dict(
        zip(
            wanted,
            spend_points_many(
                spends, sponsor=campaign.sponsor, record_type=GIFT_TYPE, source_system=POINTS_SYSTEM, act=act
            ),
            strict=True,
        )
    )
    members = _members([rows[at][0] for at in wanted], seat=campaign.seat_id)
    written: list[Row] = []
    answers: list[Given] = []
    here: dict[str, Given] = {}
    for at, row in enumerate(rows):
        answer, fresh = _answer(row, codes[at], known, here, spent.get(at), keys.get(at), members)
        answers.append(answer)
        if fresh is not None:
            written.append(fresh)
            here[row[3]] = replace(answer, is_again=True)
    take_rows(campaign, written, file=file, act=act)
    return answers


def _fault(row: tuple[object, ...], campaign: Campaign, worth: int, today: date) -> str:
    points, given_on = row[1], row[2]
    if not isinstance(points, int) or points <= 0:
        return "nothing"
    if not isinstance(given_on, date) or not campaign.starts_on <= given_on < campaign.ends_on:
        return "outside_dates"
    if given_on > today:
        return "outside_dates"
    return "below_least" if worth < campaign.least_fen else ""


def _known(sources: Sequence[str]) -> dict[str, tuple[int, str, int, int]]:
    """Return the gifts of these ids: key, number, points and amount, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, id, number, points, amount_fen FROM campaigns_gift"
            " WHERE source_system = %s AND source_id = ANY(%s)",
            [POINTS_SYSTEM, list(sources)],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class _Member:
    donor: int
    unit: int
    place: int


def _members(numbers: Sequence[str], *, seat: int) -> dict[str, _Member]:
    """Return donor, unit and place of members by number, and enter those as donors who never gave."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO campaigns_donor (kind, holder_id, entered_at) SELECT %s, holder.id, now() FROM points_holder holder"
            " WHERE holder.number = ANY(%s) AND NOT EXISTS (SELECT FROM campaigns_donor known WHERE known.holder_id = holder.id)"
            " ORDER BY holder.id ON CONFLICT (holder_id) DO NOTHING",
            [DonorKind.CUSTOMER.value, list(numbers)],
        )
        cursor.execute(
            "SELECT holder.number, donor.id, holder.unit_id, coalesce(unit.place_id, %s) FROM points_holder holder"
            " JOIN campaigns_donor donor ON donor.holder_id = holder.id JOIN organisation_unit unit ON unit.id = holder.unit_id"
            " WHERE holder.number = ANY(%s)",
            [seat, list(numbers)],
        )
        return {number: _Member(donor, unit, place) for number, donor, unit, place in cursor.fetchall()}


def _answer(
    row: tuple[object, ...],
    code: str,
    known: dict[str, tuple[int, str, int, int]],
    here: dict[str, Given],
    spent: Spent | None,
    key: int | None,
    members: dict[str, _Member],
) -> tuple[Given, Row | None]:
    number, points, on, source, is_anonymous = row
    assert isinstance(source, str)
    if code == "known":
        first = known[source]
        if first[2] != points:
            return Given(None, "", 0, "other_gift"), None
        return Given(first[0], first[1], first[3], "", is_again=True), None
    if source in here:
        return here[source], None
    if code:
        return Given(None, "", 0, code), None
    assert spent is not None
    if spent.code:
        said = "other_gift" if spent.code == "other_spending" else spent.code
        return Given(None, "", 0, said, spent.held), None
    assert key is not None
    assert isinstance(number, str)
    assert isinstance(points, int)
    assert isinstance(on, date)
    member = members[number]
    fresh = Row(
        key, secrets.token_hex(10), member.donor, DonorKind.CUSTOMER.value, Way.POINTS.value, points, spent.spend,
        spent.value_fen, bool(is_anonymous), member.unit, member.place, on, POINTS_SYSTEM, source,
    )  # fmt: skip
    return Given(key, fresh.number, fresh.amount_fen, "", spent.held), fresh


def take_rows(campaign: Campaign, rows: Sequence[Row], *, file: int | None, act: Act) -> None:
    """Write gifts that were received, with what matches them; book and count them."""
    matching = match_gifts(campaign, rows, act=act)
    write_gifts(campaign, [*rows, *matching], file=file, act=act)
    book_gifts(campaign, [*rows, *matching], file=file, act=act)
    count_participations([Counted(row.key, row.unit, row.place, row.on) for row in rows], act=act)


def write_gifts(campaign: Campaign, rows: Sequence[Row], *, file: int | None, act: Act) -> None:
    """Write gifts as received today."""
    received = GiftState.RECEIVED.value
    copy_rows(
        "campaigns_gift",
        GIFT_COLUMNS,
        [
            (
                row.key, row.number, campaign.pk, row.donor, row.kind, row.way, row.points, row.spend, row.amount_fen,
                row.is_anonymous, row.unit, row.place, act.at, row.on, received, act.on, row.source_system, row.source_id, file,
                row.match, row.matched,
            )
            for row in rows
        ],
    )  # fmt: skip
