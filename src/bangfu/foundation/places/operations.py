"""Writes of places: a place is renamed or recoded, another takes over from it, a list of places is taken in."""

from __future__ import annotations

import re
from datetime import date, datetime

import polars as pl
from django.db import connection
from django.db.models import Q

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.places import codes, pinyin
from bangfu.foundation.places.models import Area, Place, PlaceName, PlaceSuccession
from bangfu.foundation.places.registers import REGISTERS
from bangfu.foundation.rooms import both


class UnableToRenamePlace(Refusal):
    """Codes: ``ended``, ``unchanged``, ``not_a_code``, ``code_taken``, ``too_early``."""

    sentences = {
        "ended": both("{place}已于{on}撤销，不能再更名。", "{place} ended on {on} and cannot be renamed."),
        "unchanged": both(
            "名称和代码都与现在相同，没有可更改的。",
            "Name and code are what they are now; there is nothing to change.",
        ),
        "not_a_code": both(
            "「{written}」不是{place}这一级的区划代码，请核对位数。",
            "{written} is no code of the level of {place}; check its digits.",
        ),
        "code_taken": both("代码{written}正由{place}使用。", "The code {written} is in use by {place}."),
        "too_early": both(
            "现名自{on}起使用，更名日期须在其后。",
            "The present name is in force from {on}; choose a later day.",
        ),
    }


class UnableToSucceedPlace(Refusal):
    """Codes: ``ended``, ``not_a_code``, ``number_taken``, ``no_parent``, ``too_early``."""

    sentences = {
        "ended": both("{place}已于{on}撤销。", "{place} ended on {on} already."),
        "not_a_code": both(
            "「{written}」不是{place}这一级的区划代码，请核对位数。",
            "{written} is no code of the level of {place}; check its digits.",
        ),
        "number_taken": both(
            "编号{written}已属于{place}，编号永不再用。",
            "The number {written} is {place}; numbers are never reused.",
        ),
        "no_parent": both(
            "代码{written}的上级区划不存在，请先建立上级。",
            "What lies above {written} does not exist; enter it first.",
        ),
        "too_early": both(
            "{place}自{on}起存在，日期须在其后。", "{place} exists from {on}; choose a later day."
        ),
    }


class UnableToImportArea(Refusal):
    """Codes: ``carried``, ``code_form``, ``kind``, ``empty``, ``no_rows``, ``unknown_place``, ``period``, ``overlap``."""

    sentences = {
        "carried": both(
            "「{title}」随产品提供，不能改动。请为自己的名单另取代码。",
            "{title} comes with the product and stays as it is. Give your own list another code.",
        ),
        "code_form": both(
            "「{code}」不能作名单代码：只用小写字母、数字和连字符，不超过四十个字符。",
            "{code} cannot be a list's code: lower-case letters, digits and hyphens only, forty of them at most.",
        ),
        "kind": both(
            "没有「{kind}」这类名单。可用：{kinds}。", "There is no kind {kind}. Use one of {kinds}."
        ),
        "empty": both("名称和依据都不能为空。", "Titles and source are needed."),
        "no_rows": both(
            "名单里一行也没有，没有写入。", "The list has no rows; nothing was written. Give at least one."
        ),
        "unknown_place": both(
            "第 {row} 行的区划编号 {place} 不存在，请核对。",
            "Row {row}: there is no place {place}; check its number.",
        ),
        "period": both(
            "第 {row} 行的止日须晚于起日。",
            "Row {row}: the end must come after the beginning; correct the days.",
        ),
        "overlap": both(
            "第 {row} 行与第 {other} 行是同一地方，期间重叠。请合并或改正期间。",
            "Rows {row} and {other} are the same place in periods that overlap. Join them or correct the days.",
        ),
    }


class UnableToRegisterDenominators(Refusal):
    """Codes: ``register``, ``empty``, ``no_rows``, ``unknown_place``, ``year``, ``value``, ``twice``."""

    sentences = {
        "register": both(
            "没有「{register}」这个登记簿。可用：{registers}。",
            "There is no register {register}. Use one of {registers}.",
        ),
        "empty": both("依据不能为空：写明文件和文号。", "The source is needed: name the document."),
        "no_rows": both(
            "一行也没有，没有写入。请至少给出一行。",
            "There are no rows; nothing was written. Give at least one.",
        ),
        "unknown_place": both(
            "第 {row} 行的区划编号 {place} 不存在，请核对。",
            "Row {row}: there is no place {place}; check its number.",
        ),
        "year": both(
            "第 {row} 行的年度 {year} 不对，请写 1949 至 {latest} 之间的年度。",
            "Row {row}: {year} is no year from 1949 to {latest}; correct it.",
        ),
        "value": both(
            "第 {row} 行的数须为正整数，请核对。",
            "Row {row}: the number must be whole and above zero; check it.",
        ),
        "twice": both(
            "第 {row} 行与第 {other} 行是同一地方、同一年度。请只留一行。",
            "Rows {row} and {other} are the same place and year. Keep one of them.",
        ),
    }


AREA_CODE = re.compile(r"(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*")
_MEMBERSHIP = ("place", "starts_on", "ends_on", "listed_as", "entries", "source")


def _whole_programme(**arguments: object) -> Scope:
    return Scope()


@operation("places.rename_place", scope=_whole_programme)
def rename_place(*, place: Place, name: str, code: str, on: date, source: str, act: Act) -> Place:
    """Give a place another name, code or both from a day on; its number stays, its past keeps its words.

    Raises: UnableToRenamePlace: see its codes; nothing was written.
    Locks: the place.
    """
    place = Place.objects.select_for_update().get(pk=place.pk)
    if place.ends_on is not None:
        raise UnableToRenamePlace("ended", place=place.name, on=place.ends_on)
    number = codes.id_from_code(code)
    if number is None or codes.level_of(number) != place.level:
        raise UnableToRenamePlace("not_a_code", written=code, place=place.name)
    present = PlaceName.objects.filter(place=place, ends_on__isnull=True).first()
    if (name, number) == (place.name, present.code if present else place.pk):
        raise UnableToRenamePlace("unchanged")
    bearer = _bearer_of(number)
    if bearer is not None and bearer.pk != place.pk:
        raise UnableToRenamePlace("code_taken", written=code, place=bearer.name)

    if present is None:
        present = PlaceName(
            place=place, name=place.name, code=place.pk, starts_on=place.starts_on, source=source
        )
    if present.starts_on is not None and on <= present.starts_on:
        raise UnableToRenamePlace("too_early", on=present.starts_on)
    present.ends_on = on
    present.save()
    PlaceName.objects.create(place=place, name=name, code=number, starts_on=on, source=source)
    place.name = name
    place.pinyin, place.initials = pinyin.keys_of(name)
    place.save(update_fields=["name", "pinyin", "initials"])
    return place


@operation("places.succeed_place", scope=_whole_programme)
def succeed_place(*, predecessor: Place, code: str, name: str, on: date, source: str, act: Act) -> Place:
    """End a place and let a new one take over from it on that day, under the parent that the new code says.

    What lies in the predecessor stays as it is until it is succeeded itself.

    Raises: UnableToSucceedPlace: see its codes; nothing was written.
    Locks: the predecessor.
    """
    predecessor = Place.objects.select_for_update().get(pk=predecessor.pk)
    if predecessor.ends_on is not None:
        raise UnableToSucceedPlace("ended", place=predecessor.name, on=predecessor.ends_on)
    if predecessor.starts_on is not None and on <= predecessor.starts_on:
        raise UnableToSucceedPlace("too_early", place=predecessor.name, on=predecessor.starts_on)
    number = codes.id_from_code(code)
    if number is None or codes.level_of(number) != predecessor.level:
        raise UnableToSucceedPlace("not_a_code", written=code, place=predecessor.name)
    taken = Place.objects.filter(pk=number).first() or _bearer_of(number)
    if taken is not None:
        raise UnableToSucceedPlace("number_taken", written=code, place=taken.name)
    parent = codes.parent_id(number)
    if parent is not None and not Place.objects.filter(pk=parent, ends_on__isnull=True).exists():
        raise UnableToSucceedPlace("no_parent", written=code)

    read, initials = pinyin.keys_of(name)
    successor = Place.objects.create(
        pk=number,
        level=predecessor.level,
        through_level=predecessor.through_level,
        name=name,
        parent_id=parent,
        pinyin=read,
        initials=initials,
        starts_on=on,
    )
    predecessor.ends_on = on
    predecessor.save(update_fields=["ends_on"])
    open_name = PlaceName.objects.filter(place=predecessor, ends_on__isnull=True).first()
    if open_name is not None:
        open_name.ends_on = on
        open_name.save(update_fields=["ends_on"])
    PlaceSuccession.objects.create(
        predecessor=predecessor, successor=successor, succeeded_on=on, source=source
    )
    return successor


def _bearer_of(number: int) -> Place | None:
    """Return the place that bears a code now: by a dated version, else by its own number if it never changed."""
    version = PlaceName.objects.filter(code=number, ends_on__isnull=True).select_related("place").first()
    if version is not None:
        return version.place
    return Place.objects.filter(Q(pk=number), ~Q(names__isnull=False), ends_on__isnull=True).first()


@operation("places.import_area", scope=_whole_programme)
def import_area(
    *, code: str, kind: str, title_zh: str, title_en: str, source: str, members: pl.DataFrame, act: Act
) -> Area:
    """Take in an office's own list of places, whole: what an earlier import of it said and this does not is superseded.

    Args:
        members: ``place`` (the place's number), ``starts_on``, ``ends_on`` (half-open, null = open), ``listed_as``.

    Raises: UnableToImportArea: see its codes; nothing was written.
    Locks: the list.
    """
    return enter_area(
        code=code, kind=kind, title_zh=title_zh, title_en=title_en, source=source, members=members, at=act.at
    )


def enter_area(
    *, code: str, kind: str, title_zh: str, title_en: str, source: str, members: pl.DataFrame, at: datetime
) -> Area:
    """Write an office's own list, as ``import_area`` says; called inside an operation or the founding of the house.

    Raises: UnableToImportArea: see its codes; nothing was written.
    """
    if not AREA_CODE.fullmatch(code):
        raise UnableToImportArea("code_form", area=code, code=code)
    if kind not in Area.Kind.values:
        raise UnableToImportArea("kind", area=code, kind=kind, kinds=", ".join(Area.Kind.values))
    if not (title_zh.strip() and title_en.strip() and source.strip()):
        raise UnableToImportArea("empty", area=code)
    known = Area.objects.select_for_update().filter(code=code).first()
    if known is not None and known.is_carried:
        raise UnableToImportArea("carried", area=code, title=both(known.title_zh, known.title_en))
    rows = members.with_row_index("row", offset=1)
    _check_members(rows, code)

    area = known or Area(code=code)
    area.kind, area.title_zh, area.title_en, area.source = kind, title_zh, title_en, source
    area.save()
    rows = rows.with_columns(entries=pl.lit(1), source=pl.lit(source))
    enter_memberships(area, rows.select(*_MEMBERSHIP), at=at)
    return area


def _check_members(rows: pl.DataFrame, area: str) -> None:
    if rows.is_empty():
        raise UnableToImportArea("no_rows", area=area)
    there = set(Place.objects.filter(pk__in=rows["place"].unique().to_list()).values_list("pk", flat=True))
    for row, place in rows.select("row", "place").iter_rows():
        if place not in there:
            raise UnableToImportArea("unknown_place", area=area, row=row, place=place)
    backward = rows.filter(pl.col("ends_on") <= pl.col("starts_on"))
    if backward.height:
        raise UnableToImportArea("period", area=area, row=backward["row"][0])
    ordered = rows.sort("place", "starts_on").with_columns(
        before_row=pl.col("row").shift().over("place"),
        is_first=pl.int_range(pl.len()).over("place") == 0,
        before_end=pl.col("ends_on").shift().over("place"),
    )
    clash = ordered.filter(
        ~pl.col("is_first") & (pl.col("before_end").is_null() | (pl.col("before_end") > pl.col("starts_on")))
    )
    if clash.height:
        row, other = sorted((clash["row"][0], clash["before_row"][0]))
        raise UnableToImportArea("overlap", area=area, row=row, other=other)


def enter_memberships(area: Area, wanted: pl.DataFrame, *, at: datetime) -> int:
    """Make these the memberships of an area that count, and return how many rows were superseded or added.

    Called inside an operation or while reference data are loaded. Rows that say the same stay.

    Args:
        wanted: ``place``, ``starts_on``, ``ends_on``, ``listed_as``, ``entries``, ``source``.
    """
    columns = [wanted[name].to_list() for name in _MEMBERSHIP]
    same = (
        "(m.place_id, m.starts_on, m.ends_on, m.listed_as, m.entries, m.source) IS NOT DISTINCT FROM "
        "(w.place, w.starts_on, w.ends_on, w.listed_as, w.entries, w.source)"
    )
    rows = (
        "unnest(%s::bigint[], %s::date[], %s::date[], %s::text[], %s::int[], %s::text[])"
        " AS w (place, starts_on, ends_on, listed_as, entries, source)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE places_areamembership m SET superseded_at = %s"
            f" WHERE m.area_id = %s AND m.superseded_at IS NULL AND NOT EXISTS (SELECT FROM {rows} WHERE {same})",
            [at, area.pk, *columns],
        )
        superseded = cursor.rowcount
        cursor.execute(
            "INSERT INTO places_areamembership (area_id, place_id, starts_on, ends_on, listed_as, entries, source)"
            f" SELECT %s, w.* FROM {rows} WHERE NOT EXISTS ("
            f" SELECT FROM places_areamembership m WHERE m.area_id = %s AND m.superseded_at IS NULL AND {same})",
            [area.pk, *columns, area.pk],
        )
        return superseded + int(cursor.rowcount)


@operation("places.register_denominators", scope=_whole_programme)
def register_denominators(*, register: str, source: str, rows: pl.DataFrame, act: Act) -> int:
    """Enter how many people or households places had in years, and return how many numbers are new or changed.

    What an earlier document said of the same place and year is superseded; what says the same stays as it is. Places and
    years that are not named stay.

    Args:
        register: a key of ``registers.REGISTERS``.
        source: the document that says so.
        rows: ``place`` (the place's number), ``year``, ``value``.

    Raises: UnableToRegisterDenominators: see its codes; nothing was written.
    Locks: the rows that are superseded.
    """
    if register not in REGISTERS:
        raise UnableToRegisterDenominators("register", register=register, registers=", ".join(REGISTERS))
    if not source.strip():
        raise UnableToRegisterDenominators("empty")
    _check_denominators(rows.with_row_index("row", offset=1), latest=act.on.year)
    columns = [rows[name].to_list() for name in ("place", "year", "value")]
    wanted = "unnest(%s::bigint[], %s::int[], %s::bigint[]) AS w (place, year, value)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE places_denominator d SET superseded_at = %s FROM {wanted}"
            " WHERE d.register = %s AND d.place_id = w.place AND d.year = w.year AND d.superseded_at IS NULL"
            " AND (d.value, d.source) IS DISTINCT FROM (w.value, %s)",
            [act.at, *columns, register, source],
        )
        cursor.execute(
            "INSERT INTO places_denominator (register, place_id, year, value, source)"
            f" SELECT %s, w.place, w.year, w.value, %s FROM {wanted} WHERE NOT EXISTS ("
            " SELECT FROM places_denominator d WHERE d.register = %s AND d.place_id = w.place AND d.year = w.year"
            " AND d.superseded_at IS NULL) ORDER BY w.place, w.year",
            [register, source, *columns, register],
        )
        return int(cursor.rowcount)


def _check_denominators(rows: pl.DataFrame, *, latest: int) -> None:
    if rows.is_empty():
        raise UnableToRegisterDenominators("no_rows")
    there = set(Place.objects.filter(pk__in=rows["place"].unique().to_list()).values_list("pk", flat=True))
    unknown = rows.filter(~pl.col("place").is_in(list(there)))
    if unknown.height:
        raise UnableToRegisterDenominators("unknown_place", row=unknown["row"][0], place=unknown["place"][0])
    strange = rows.filter(~pl.col("year").is_between(1949, latest))
    if strange.height:
        raise UnableToRegisterDenominators(
            "year", row=strange["row"][0], year=strange["year"][0], latest=latest
        )
    nothing = rows.filter(pl.col("value") <= 0)
    if nothing.height:
        raise UnableToRegisterDenominators("value", row=nothing["row"][0])
    again = rows.with_columns(first=pl.col("row").min().over("place", "year")).filter(
        pl.col("row") != pl.col("first")
    )
    if again.height:
        raise UnableToRegisterDenominators("twice", row=again["first"][0], other=again["row"][0])
