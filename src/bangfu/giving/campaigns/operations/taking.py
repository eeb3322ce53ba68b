"""Gifts that are taken inside an operation, one or hundreds of thousands: points spent, written, matched, booked and counted."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars
from django.db import connection

from bangfu.foundation.operations import Act
from bangfu.foundation.points.models import Rate
from bangfu.foundation.points.operations import SPEND_SCHEMA, Spent, lock_holders, spend_points_many
from bangfu.foundation.points.operations.storing import copy_rows, next_keys
from bangfu.foundation.points.queries import rate_of
from bangfu.giving.campaigns.models import Campaign, DonorKind, GiftState, State, Way
from bangfu.giving.campaigns.operations.counting import Counted, count_participations
from bangfu.giving.campaigns.operations.matching import match_gifts
from bangfu.giving.campaigns.operations.posting import book_gifts
from bangfu.giving.campaigns.operations.refusing import UnableToGive
from bangfu.giving.campaigns.register import GIFT_TYPE, POINTS_SYSTEM

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
HOLD_CAMPAIGNS = "SELECT id, state FROM campaigns_campaign WHERE id = ANY(%s) ORDER BY id FOR SHARE"
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


def hold_campaigns(keys: Sequence[int]) -> dict[int, str]:  # state by key; unknown ones are absent
    """Hold campaigns as they are while gifts are written, and return how far each is.

    Locks: the campaigns, shared with all who give, in the order of their keys.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD_CAMPAIGNS, [list(keys)])
        return dict(cursor.fetchall())


def lock_open(campaign: Campaign) -> None:
    """Hold a campaign open while a gift is written.

    Raises: UnableToGive: ``not_open``.
    Locks: the campaign, shared with all who give.
    """
    if hold_campaigns([campaign.pk])[campaign.pk] != State.OPEN:
        raise UnableToGive("not_open", campaign=campaign.title)


def terms_of(campaign: Campaign, state: str, on: date) -> tuple[Rate | None, str]:
    """Return at which rate a campaign takes points on a day, or why it takes none: ``not_open``, ``no_points``, ``no_rate``."""
    if state != State.OPEN:
        return None, "not_open"
    if campaign.sponsor is None:
        return None, "no_points"
    rate = rate_of(campaign.sponsor, on)
    return rate, "" if rate is not None else "no_rate"


def enter_point_gifts(
    campaign: Campaign,
    frame: polars.DataFrame,
    *,
    file: int | None,
    rate: Rate | None,
    why_not: str = "",
    holders: Mapping[str, int] | None = None,
    act: Act,
) -> list[Given]:
    """Take gifts of points inside an operation, and answer each in its order; of one that was taken before, the first answer.

    Args:
        campaign: as it is held.
        frame: columns of ``GIFT_SCHEMA``.
        file: the key of the file that brings them; in the books its gifts of a day are one entry.
        rate: see ``terms_of``, as ``why_not``, for which nothing new is taken.
        holders: of all members, if they are locked already.

    Locks: the holders, in the order of their keys; what matches.
    """
    asked = frame.select(*(polars.col(name).cast(kind) for name, kind in GIFT_SCHEMA.items()))
    rows = list(asked.iter_rows())
    held = holders if holders is not None else lock_holders({row[0] for row in rows})
    known = _known([row[3] for row in rows])
    today = act.on
    codes = [
        _again(known[row[3]], campaign, row)
        if row[3] in known
        else why_not or _fault(row, campaign, rate, today)
        for row in rows
    ]
    wanted = [at for at, code in enumerate(codes) if not code]
    keys = dict(zip(wanted, next_keys("campaigns_gift", len(wanted)), strict=True))
    spends = polars.DataFrame(
        [(rows[at][0], rows[at][1], keys[at], rows[at][3]) for at in wanted],
        schema=SPEND_SCHEMA,
        orient="row",
    )
    spent = _spent(campaign, spends, wanted, held, rate, act)
    members = _members([rows[at][0] for at in wanted], seat=campaign.seat_id)
    written: list[Row] = []
    answers: list[Given] = []
    here: dict[str, Given] = {}
    numbers = _numbers(len(wanted))
    for at, row in enumerate(rows):
        answer, fresh = _answer(row, codes[at], known, here, spent.get(at), keys.get(at), members, numbers)
        answers.append(answer)
        if fresh is not None:
            written.append(fresh)
            here[row[3]] = replace(answer, is_again=True)
    take_rows(campaign, written, file=file, act=act)
    return answers


def _numbers(count: int) -> Iterator[str]:
    """Return so many numbers that nobody can guess, of twenty hex digits each."""
    drawn = secrets.token_bytes(10 * count).hex()
    return (drawn[at : at + 20] for at in range(0, len(drawn), 20))


def _spent(
    campaign: Campaign,
    spends: polars.DataFrame,
    wanted: Sequence[int],
    held: Mapping[str, int],
    rate: Rate | None,
    act: Act,
) -> dict[int, Spent]:  # by the row's place
    if not wanted:
        return {}
    assert campaign.sponsor is not None
    answers = spend_points_many(
        spends,
        sponsor=campaign.sponsor,
        record_type=GIFT_TYPE,
        source_system=POINTS_SYSTEM,
        locked=held,
        rate=rate,
        act=act,
    )
    return dict(zip(wanted, answers, strict=True))


def _fault(row: tuple[object, ...], campaign: Campaign, rate: Rate | None, today: date) -> str:
    points, given_on = row[1], row[2]
    assert rate is not None
    if not isinstance(points, int) or points <= 0:
        return "nothing"
    if not isinstance(given_on, date) or not campaign.starts_on <= given_on < campaign.ends_on:
        return "outside_dates"
    if given_on > today:
        return "outside_dates"
    return "below_least" if rate.value_fen(points) < campaign.least_fen else ""


def _again(first: tuple[int, str, int, int, int], campaign: Campaign, row: tuple[object, ...]) -> str:
    return "known" if (first[2], first[4]) == (row[1], campaign.pk) else "other_gift"


def _known(sources: Sequence[str]) -> dict[str, tuple[int, str, int, int, int]]:
    """Return the gifts of these ids: key, number, points, amount and campaign, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, id, number, points, amount_fen, campaign_id FROM campaigns_gift"
            " WHERE source_system = %s AND source_id = ANY(%s)",
            [POINTS_SYSTEM, list(sources)],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


_NEW_DONORS = """
INSERT INTO campaigns_donor (kind, holder_id, entered_at)
SELECT %s, holder.id, now() FROM points_holder holder
 WHERE holder.number = ANY(%s) AND NOT EXISTS (SELECT FROM campaigns_donor known WHERE known.holder_id = holder.id)
 ORDER BY holder.id ON CONFLICT (holder_id) DO NOTHING
"""
_MEMBERS = """
SELECT holder.number, donor.id, holder.unit_id, coalesce(unit.place_id, %s)
  FROM points_holder holder JOIN organisation_unit unit ON unit.id = holder.unit_id
  LEFT JOIN campaigns_donor donor ON donor.holder_id = holder.id
 WHERE holder.number = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class _Member:
    donor: int
    unit: int
    place: int


def _members(numbers: Sequence[str], *, seat: int) -> dict[str, _Member]:
    """Return donor, unit and place of members by number, and enter those as donors who never gave."""
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [seat, list(numbers)])
        found = cursor.fetchall()
        if any(donor is None for _, donor, _, _ in found):
            cursor.execute(_NEW_DONORS, [DonorKind.CUSTOMER.value, list(numbers)])
            cursor.execute(_MEMBERS, [seat, list(numbers)])
            found = cursor.fetchall()
        return {number: _Member(donor, unit, place) for number, donor, unit, place in found}


def _answer(
    row: tuple[object, ...],
    code: str,
    known: dict[str, tuple[int, str, int, int, int]],
    here: dict[str, Given],
    spent: Spent | None,
    key: int | None,
    members: dict[str, _Member],
    numbers: Iterator[str],
) -> tuple[Given, Row | None]:
    number, points, on, source, is_anonymous = row
    assert isinstance(source, str)
    if code == "known":
        first = known[source]
        return Given(first[0], first[1], first[3], "", is_again=True), None
    if code:
        return Given(None, "", 0, code), None
    assert spent is not None
    if spent.code:
        said = "other_gift" if spent.code == "other_spending" else spent.code
        return Given(None, "", 0, said, spent.held), None
    if source in here:
        return here[source], None
    assert key is not None
    assert isinstance(number, str)
    assert isinstance(points, int)
    assert isinstance(on, date)
    member = members[number]
    fresh = Row(
        key, next(numbers), member.donor, DonorKind.CUSTOMER.value, Way.POINTS.value, points, spent.spend,
        spent.value_fen, bool(is_anonymous), member.unit, member.place, on, POINTS_SYSTEM, source,
    )  # fmt: skip
    return Given(key, fresh.number, fresh.amount_fen, "", spent.held), fresh


def take_rows(campaign: Campaign, rows: Sequence[Row], *, file: int | None, act: Act) -> None:
    """Write gifts that were received, with what matches them; book and count them."""
    matching = match_gifts(campaign, rows, act=act)
    write_gifts(campaign, [*rows, *matching], file=file, act=act)
    book_gifts(campaign, [*rows, *matching], file=file, are_new=True, act=act)
    counted = [Counted(row.key, row.unit, row.place, row.on) for row in rows]
    count_participations(campaign, counted, are_new=True, act=act)


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
