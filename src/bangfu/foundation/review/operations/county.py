"""The county's own account: an official of an assisted county confirms, corrects or disputes what was verified there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars
from django.db import connection

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    NotPermitted,
    Refusal,
    operation,
    operations,
    permitted_rows,
    scope_of,
)
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import grants_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.counties import standing_lines
from bangfu.foundation.review.models import Answer, CountyLine, CountyStatement
from bangfu.foundation.rooms import both, role_permissions

COUNTY_ROLE = "county_official"

_CONFIRM = """
INSERT INTO review_countystatement (line_id, answer, remark, stated_by_id, stated_at)
SELECT key, 'CONFIRMED', '', %s, %s FROM unnest(%s::bigint[]) AS key ORDER BY key
"""


class UnableToState(Refusal):
    """Codes: ``company_side``, ``superseded``, ``nothing_chosen``, ``nothing_corrected``, ``remark_missing``."""

    sentences = {
        "company_side": both(
            "您在上报单位或其上级也有填报或核验的授权，不能代表县方表态。请由只代表县方的联络员办理。",
            "You also report or verify for the unit or one above it, and cannot speak for the county. Let an official who"
            " stands only for the county answer.",
        ),
        "superseded": both(
            "其中 {count} 条已被公司更正或撤回，您看到的不是最新内容。请刷新后重新查看。",
            "{count} of these were corrected or withdrawn by the company meanwhile. Reload and look again.",
        ),
        "nothing_chosen": both("没有选中任何记录。请先勾选。", "No record was chosen. Tick some first."),
        "nothing_corrected": both(
            "更正须写明应为的数量、日期或地点，且与现有内容不同。",
            "Say what quantity, date or place it should be, and other than what stands.",
        ),
        "remark_missing": both(
            "更正或提出异议时请写明依据，公司才知道去核对什么。",
            "Say on what ground you correct or dispute it, so that the company knows what to check.",
        ),
    }


@operation("review.confirm_records", scope=BY_ROWS)
def confirm_records(*, lines: list[int], act: Act) -> int:
    """Confirm lines, by key, for the county, and return how many; an earlier statement on them is superseded.

    Raises: UnableToState: ``nothing_chosen``, ``superseded``, ``company_side``; NotPermitted: a line lies elsewhere.
        Nothing was confirmed.
    """
    keys = sorted(set(lines))
    if not keys:
        raise UnableToState("nothing_chosen")
    found = CountyLine.objects.filter(pk__in=keys).values_list("unit_id", "place_id")
    rows = polars.DataFrame(list(found), schema={"unit": polars.Int64, "place": polars.Int64}, orient="row")
    if rows.height < len(keys) or not permitted_rows(act, "review.confirm_records", rows).all():
        raise NotPermitted("out_of_scope", permission="review.confirm_records")
    _require_standing(keys)
    _require_county_side(rows["unit"].unique().to_list(), act)
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, [act.actor.pk, act.at, keys])
    return len(keys)


@operation("review.correct_record", scope=scope_of("line"))
def correct_record(
    *,
    line: CountyLine,
    quantity: Decimal | None = None,
    happened_on: date | None = None,
    place: Place | None = None,
    remark: str,
    act: Act,
) -> CountyStatement:
    """Say for the county what a line should say instead; the record itself is left to its room.

    Args: quantity, happened_on, place: null = as the line says.

    Raises: UnableToState: ``nothing_corrected``, ``remark_missing``, ``superseded``, ``company_side``; nothing was
        written.
    """
    other_quantity = quantity if quantity != line.quantity else None
    other_day = happened_on if happened_on != line.happened_on else None
    other_place = place if place is not None and place.pk != line.place_id else None
    if other_quantity is None and other_day is None and other_place is None:
        raise UnableToState("nothing_corrected")
    return _stated(
        line,
        Answer.CORRECTED,
        remark,
        act,
        quantity=other_quantity,
        happened_on=other_day,
        place=other_place,
    )


@operation("review.dispute_record", scope=scope_of("line"))
def dispute_record(*, line: CountyLine, remark: str, act: Act) -> CountyStatement:
    """Say for the county that a line is not so, and why; the record itself is left to its room.

    Raises: UnableToState: ``remark_missing``, ``superseded``, ``company_side``; nothing was written.
    """
    return _stated(line, Answer.DISPUTED, remark, act)


def _stated(
    line: CountyLine,
    answer: str,
    remark: str,
    act: Act,
    *,
    quantity: Decimal | None = None,
    happened_on: date | None = None,
    place: Place | None = None,
) -> CountyStatement:
    remark = remark.strip()
    if not remark:
        raise UnableToState("remark_missing")
    _require_standing([line.pk])
    _require_county_side([line.unit_id], act)
    return CountyStatement.objects.create(
        line=line,
        answer=answer,
        quantity=quantity,
        happened_on=happened_on,
        place=place,
        remark=remark,
        stated_by=act.actor,
        stated_at=act.at,
    )


def _require_standing(keys: list[int]) -> None:
    gone = len(keys) - standing_lines().filter(pk__in=keys).count()
    if gone:
        raise UnableToState("superseded", count=gone)


def _require_county_side(units: list[int], act: Act) -> None:
    """Refuse an account that also acts for the company over one of the units."""
    paths = Unit.objects.filter(pk__in=units).values_list("path", flat=True)
    acting = [
        grant.unit.path
        for grant in grants_of(act.actor, act.on)
        if grant.role != COUNTY_ROLE and role_permissions(grant.role) & operations().keys()
    ]
    if any(path.startswith(above) for path in paths for above in acting):
        raise UnableToState("company_side")
