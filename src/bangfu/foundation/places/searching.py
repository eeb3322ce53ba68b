"""Search by name, code or pinyin over all divisions, never reading more than a few hundred rows.

Provinces, prefectures and counties are answered from the gazetteer in the process; towns and villages by
prefix from the database. Pinyin of villages is searched only inside a prefecture or below: nationwide it
would answer with noise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection

from bangfu.foundation.places import codes, pinyin
from bangfu.foundation.places.gazetteer import gazetteer, upper_places
from bangfu.foundation.places.matching import FormerName, bare_name

_EXACT, _BARE, _PREFIX, _FORMER = range(4)
_DIGITS_OF_A_COUNTY = 6
_CANDIDATES = 400
_DIGITS = re.compile(r"^\d{1,12}$")
_LATIN = re.compile(r"^[a-z0-9üv' ]+$")
_LARGEST_VILLAGE_RANGE = codes.SIZE_OF_LEVEL[codes.PREFECTURE]


@dataclass(frozen=True)
class Hit:
    """A place that a search found; ``former_name`` is the name it was found by when it bears another now."""

    place_id: int
    level: int
    name: str
    former_name: str | None = None


@dataclass(frozen=True)
class _Wanted:
    text: str
    levels: frozenset[int]
    lowest: int
    highest: int
    limit: int


def find(text: str, *, levels: Collection[int] | None, within: int | None, limit: int) -> list[Hit]:
    """Return the places that a text names, best first: exact, then higher levels, then shorter names.

    Several words narrow down: ``册亨 冗渡`` looks for 冗渡 inside the best answer to 册亨.
    """
    words = unicodedata.normalize("NFKC", text).strip().lower().split()
    for word in words[:-1]:
        holders = find(word, levels=codes.LEVELS[:-1], within=within, limit=1)
        if not holders:
            return []
        within = holders[0].place_id
    if not words or limit < 1:
        return []
    lowest, highest = codes.subtree_range(within) if within is not None else (codes.LOWEST, codes.HIGHEST)
    wanted = _Wanted(words[-1], frozenset(levels or codes.LEVELS), lowest, highest, limit)
    if _DIGITS.match(wanted.text):
        return _by_code(wanted)
    if _LATIN.match(wanted.text):
        return _by_pinyin(wanted)
    return _by_name(wanted)


def _by_name(wanted: _Wanted) -> list[Hit]:
    ranked: list[tuple[int, Hit]] = []
    for place in upper_places():
        rank = _name_rank(wanted.text, place.name)
        if rank is not None and _takes(wanted, place.place_id, place.level, place.through_level):
            ranked.append((rank, Hit(place.place_id, place.level, place.name)))
    found_by_present_name = {hit.place_id for _, hit in ranked}
    for former, hit in _former_hits(wanted):
        rank = _name_rank(wanted.text, former.name)
        if rank is not None and hit.place_id not in found_by_present_name:
            ranked.append((rank + _FORMER, hit))
    ranked.sort(key=_order)
    exact = sum(rank == _EXACT for rank, _ in ranked)
    if exact >= wanted.limit:
        return [hit for _, hit in ranked[: wanted.limit]]
    for level in (codes.TOWN, codes.VILLAGE):
        if level in wanted.levels:
            found = _rows(level, wanted, "name", wanted.text)
            ranked += [(_name_rank(wanted.text, hit.name) or _EXACT, hit) for hit in found]
    ranked.sort(key=_order)
    return [hit for _, hit in ranked[: wanted.limit]]


def _by_pinyin(wanted: _Wanted) -> list[Hit]:
    key = pinyin.typed_key(wanted.text)
    ranked = [
        (key not in (place.pinyin, place.initials), place.level, len(place.pinyin), place.place_id, place)
        for place in upper_places()
        if (place.pinyin.startswith(key) or place.initials.startswith(key))
        and _takes(wanted, place.place_id, place.level, place.through_level)
    ]
    hits = [
        Hit(place.place_id, place.level, place.name) for *_, place in sorted(ranked, key=lambda row: row[:4])
    ]
    for level in (codes.TOWN, codes.VILLAGE):
        narrow = wanted.highest - wanted.lowest <= _LARGEST_VILLAGE_RANGE
        if level in wanted.levels and len(hits) < wanted.limit and (level == codes.TOWN or narrow):
            hits += _rows(level, wanted, "initials", key) + _rows(level, wanted, "pinyin", key)
    return list({hit.place_id: hit for hit in hits}.values())[: wanted.limit]


def _by_code(wanted: _Wanted) -> list[Hit]:
    size = 10 ** (12 - len(wanted.text))
    lowest = max(int(wanted.text) * size, wanted.lowest)
    highest = min((int(wanted.text) + 1) * size, wanted.highest)
    narrowed = _Wanted(wanted.text, wanted.levels, lowest, highest, wanted.limit)
    hits = [
        Hit(place.place_id, place.level, place.name)
        for place in upper_places()
        if _takes(narrowed, place.place_id, place.level, place.through_level)
    ]
    for level in (codes.TOWN, codes.VILLAGE):
        if level in wanted.levels and len(hits) < wanted.limit and lowest < highest:
            hits += _rows(level, narrowed, None, "")
    if len(wanted.text) >= _DIGITS_OF_A_COUNTY:
        hits += [hit for former, hit in _former_hits(wanted) if f"{former.code:012d}".startswith(wanted.text)]
    return list({hit.place_id: hit for hit in hits}.values())[: wanted.limit]


def _rows(level: int, wanted: _Wanted, column: str | None, key: str) -> list[Hit]:
    """Return places of one level, best first: those whose column begins with the key, or all of a code range.

    Candidates are read in the order of the index, in which the exact key comes first.
    """
    where = "level = %s AND id >= %s AND id < %s AND ends_on IS NULL"
    values: list[int | str] = [level, wanted.lowest, wanted.highest]
    if column is None:
        statement = f"SELECT id, level, name FROM places_place WHERE {where} ORDER BY id LIMIT %s"
    else:
        statement = f"""
            SELECT id, level, name FROM (
                SELECT id, level, name, {column} AS key FROM places_place
                WHERE {where} AND {column} LIKE %s ORDER BY {column} USING ~<~ LIMIT {_CANDIDATES}
            ) candidates
            ORDER BY key = %s DESC, length(key), id LIMIT %s
        """
        values += [_prefix(key), key]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, wanted.limit])
        return [Hit(*row) for row in cursor.fetchall()]


def _former_hits(wanted: _Wanted) -> list[tuple[FormerName, Hit]]:
    """Return the former names of the wanted levels and range, each with the place that bore it."""
    known = gazetteer()
    hits = []
    for former in known.former:
        level = codes.level_of(former.place_id)
        if _takes(wanted, former.place_id, level, known.through_levels[former.place_id]):
            hits.append((former, Hit(former.place_id, level, known.names[former.place_id], former.name)))
    return hits


def _takes(wanted: _Wanted, place_id: int, level: int, through_level: int) -> bool:
    in_range = wanted.lowest <= place_id < wanted.highest
    return in_range and any(level <= asked <= through_level for asked in wanted.levels)


def _order(ranked: tuple[int, Hit]) -> tuple[int, int, int, int]:
    rank, hit = ranked
    return rank, hit.level, len(hit.name), hit.place_id


def _name_rank(text: str, name: str) -> int | None:
    if name == text:
        return _EXACT
    if bare_name(name) == text:
        return _BARE
    return _PREFIX if name.startswith(text) else None


def _prefix(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
