"""Indicators: declarations over facts, read from files that are strictly checked when the house starts.

One TOML file is one version of one indicator::

    code = "network.base_stations"
    number = 1                          # in printed codes: fixed for ever, unique
    version = 1
    valid_from = 2019-01-01             # periods that end after this day use this version
    kind = "flow"
    measure = "network.base_stations"

    title = { zh = "新建无线基站", en = "New radio base stations" }
    unit = { zh = "个", en = "stations" }
    display = { scale = "万", decimals = 2, rounding = "half_up" }
    scope_note = { zh = "以验收日期计入……", en = "Counted at acceptance …" }

=============  =======================================================================================================
``flow``       the sum of what happened in the period; ``measure``
``stock``      what stands at the period's end; ``measure``, which must be a stock
``distinct``   how many different parties have a net quantity above zero: within the period for a flow, up to its end
               for a stock; ``measure``. Facts without a party are left out, and said to be
``ratio``      ``[numerator]`` ÷ ``[denominator]`` × ``factor``; each table has ``kind`` (flow, stock, distinct) and
               ``measure``; ``factor`` is 1, 10, 100 …. Null without a denominator
``target``     met when ``[numerator]`` is no less than ``[target]``; null without facts of the target
``cumulative``  the sum since ``since`` (a day; the beginning without it) up to the period's end; ``measure``
``growth``     year on year: ``[numerator]`` against itself in the same period a year before, × ``factor``; null when that
               is nothing, zero or less
``share``      ``[numerator]`` ÷ the same count ``of`` a wider scope, × ``factor``: ``all``, ``places`` (every place, the
               same unit), ``units`` (every unit, the same place) or ``province``
``per_head``   ``[numerator]`` ÷ a registered ``denominator`` (``population``, ``households`` …) × ``factor``; null where
               none is registered. It is that of the newest year up to the one in which the period ends
=============  =======================================================================================================

Wherever ``measure`` stands, ``measures`` may list several of one unit, which count together, and ``line``, ``area`` and
``place`` (codes) narrow what counts, whatever is asked::

    numerator = { kind = "flow", measures = ["grants.paid", "goods.value"], area = "poor-832" }

``also_called``, which may be left out, lists what drafts call it besides its title, so that their numbers are matched to it::

    also_called = { zh = ["每人助学金"], en = ["grant of each pupil"] }

``unit`` may have ``one``, the English word for a single one: ``{ zh = "个", en = "counties", one = "county" }``.
``display``: ``scale`` is ``1``, ``万``, ``亿`` or, for quotients with factor 1 or 100, ``%``; ``decimals`` behind the point in
that scale; ``rounding`` is ``half_up`` or ``down``, which never claims more than there is. A target needs neither ``unit`` nor
``display``, a percentage needs no ``unit``::

    kind = "ratio"
    factor = 1
    numerator = { kind = "stock", measure = "network.covered_villages" }
    denominator = { kind = "stock", measure = "network.villages" }
    display = { scale = "%", decimals = 1, rounding = "down" }
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.places.codes import id_from_code
from bangfu.foundation.places.registers import REGISTERS
from bangfu.foundation.rooms import Words, both, rooms
from bangfu.reporting.codes import HIGHEST_NUMBER
from bangfu.reporting.definitions import (
    QUOTIENTS,
    ROLES,
    Indicator,
    IndicatorKind,
    Term,
    TermKind,
    Whole,
)
from bangfu.reporting.display import Display, Rounding, Scale
from bangfu.reporting.periods import Period

__all__ = ["Indicator", "IndicatorKind", "Term", "TermKind", "WrongIndicator"]

Member = TypeVar("Member")
KINDS = tuple(one for one in IndicatorKind if one is not IndicatorKind.REGISTERED)
COUNTED = tuple(one for one in TermKind if one is not TermKind.REGISTERED)
SHOWN_WHOLE = Display()
DECLARED = (Rounding.HALF_UP, Rounding.DOWN)
"""What an indicator may declare: none of them claims more than there is by a whole step."""


class WrongIndicator(ValueError):  # noqa: N818 - an answer about a file, named for what is wrong
    """An indicator file that cannot be used; the sentence names the file and the field."""


@dataclass(frozen=True)
class _Read:
    """One table of a file, whose fields are taken one by one; what is left over is an error."""

    file: str
    table: dict[str, Any]
    above: str = ""

    def wrong(self, field: str, what: str) -> WrongIndicator:
        return WrongIndicator(f"{self.file}: {self.above}{field}: {what}")

    def take(self, field: str, kind: type[Member]) -> Member:
        if field not in self.table:
            raise self.wrong(field, "is missing")
        value = self.table.pop(field)
        if type(value) is not kind:
            raise self.wrong(field, f"must be a {kind.__name__}, not {value!r}")
        return value

    def choose(self, field: str, kind: Callable[[str], Member], choices: Iterable[Any]) -> Member:
        value = self.take(field, str)
        try:
            return kind(value)
        except ValueError:
            raise self.wrong(field, f"must be one of {', '.join(map(str, choices))}, not {value!r}") from None

    def words(self, field: str) -> Words:
        inner = self.inner(field)
        zh, en = inner.take("zh", str).strip(), inner.take("en", str).strip()
        inner.finish()
        for language, text in (("zh", zh), ("en", en)):
            if not text:
                raise self.wrong(f"{field}.{language}", "is empty")
        return both(zh, en)

    def inner(self, field: str) -> _Read:
        return _Read(self.file, dict(self.take(field, dict)), f"{self.above}{field}.")

    def finish(self) -> None:
        for field in self.table:
            raise self.wrong(field, "is not a field of an indicator")


def _term(read: _Read, measures: Mapping[str, Measure]) -> Term:
    """Return the term that a table of a ratio or a target declares."""
    term = _counted(read, read.choose("kind", TermKind, COUNTED), measures)
    read.finish()
    return term


def _counted(read: _Read, kind: TermKind, measures: Mapping[str, Measure]) -> Term:
    if kind not in COUNTED:
        raise read.wrong("kind", f"must be one of {', '.join(COUNTED)}, not {kind.value!r}")
    first, *also = _measures(read, measures)
    if kind is TermKind.STOCK and first.kind is not MeasureKind.STOCK:
        raise read.wrong("kind", f"the measure {first.code} is a flow: its sum is no stock")
    if kind is TermKind.CUMULATIVE and first.kind is not MeasureKind.FLOW:
        raise read.wrong("kind", f"the measure {first.code} is a stock: it stands already")
    since = read.take("since", date) if kind is TermKind.CUMULATIVE and "since" in read.table else None
    line, area = (read.take(name, str) if name in read.table else "" for name in ("line", "area"))
    place = None
    if "place" in read.table:
        written = read.take("place", str)
        place = id_from_code(written)
        if place is None:
            raise read.wrong("place", f"is no code of a place: {written!r}")
    return Term(first, kind, also=tuple(also), since=since, line=line, area=area, place=place)


def _measures(read: _Read, measures: Mapping[str, Measure]) -> list[Measure]:
    """Return the measures whose facts count, of one kind and unit."""
    field = "measures" if "measures" in read.table else "measure"
    names = read.take(field, list) if field == "measures" else [read.take(field, str)]
    found = []
    for named in names:
        measure = measures.get(named) if isinstance(named, str) else None
        if measure is None:
            raise read.wrong(field, f"no room declares the measure {named!r}")
        found.append(measure)
    if not found or len(set(names)) < len(names):
        raise read.wrong(field, "must name each measure once")
    if len({(one.kind, one.unit, one.decimals) for one in found}) > 1:
        raise read.wrong(field, "must be of one kind and one unit")
    return found


def _registered(read: _Read) -> Term:
    """Return the term of a registered denominator."""
    code = read.take("denominator", str)
    if code not in REGISTERS:
        raise read.wrong("denominator", f"must be one of {', '.join(REGISTERS)}, not {code!r}")
    return registered_term(code)


def registered_term(code: str) -> Term:
    """Return the term of a register: what it counts stands as a measure, of which there are no facts."""
    register = REGISTERS[code]
    counted = Measure(f"register.{code}", register.title, register.unit, MeasureKind.STOCK)
    return Term(counted, TermKind.REGISTERED, register=code)


def _factor(read: _Read) -> int:
    factor = read.take("factor", int)
    if factor < 1 or str(factor).strip("0") != "1":
        raise read.wrong("factor", "must be 1, 10, 100 or a further power of ten")
    return factor


def _terms(
    read: _Read, kind: IndicatorKind, measures: Mapping[str, Measure]
) -> tuple[Term, Term | None, int]:
    """Return the terms of an indicator of a kind, and its factor."""
    if kind not in ROLES:
        return _counted(read, TermKind(kind.value), measures), None, 1
    factor = 1 if kind is IndicatorKind.TARGET else _factor(read)
    term = _term(read.inner("numerator"), measures)
    match kind:
        case IndicatorKind.GROWTH:
            return term, replace(term, years_back=1), factor
        case IndicatorKind.SHARE:
            return term, replace(term, whole=read.choose("of", Whole, Whole)), factor
        case IndicatorKind.PER_HEAD:
            return term, _registered(read), factor
        case IndicatorKind.TARGET:
            return term, _term(read.inner("target"), measures), factor
    return term, _term(read.inner("denominator"), measures), factor


def _display(read: _Read, kind: IndicatorKind, factor: int) -> Display:
    shown = read.inner("display")
    scale = shown.choose("scale", Scale, Scale)
    decimals, rounding = shown.take("decimals", int), shown.choose("rounding", Rounding, DECLARED)
    if rounding not in DECLARED:
        raise shown.wrong("rounding", "up is for a number in a text, before which 近 stands")
    shown.finish()
    if scale is Scale.YEAR:
        raise shown.wrong("scale", "年 is for a number of months in a text, which says them in years")
    if not -8 <= decimals <= 8:
        raise shown.wrong("decimals", "must lie between -8 and 8")
    if scale is Scale.PERCENT and (kind not in QUOTIENTS or factor not in {1, 100}):
        raise shown.wrong("scale", "% is for ratios with the factor 1 or 100")
    return Display(scale, decimals, rounding, is_in_hundreds=factor == 100)


def _unit_one(read: _Read) -> str:
    """Return the English unit of a single one and leave the unit's words behind; empty when none is declared."""
    unit = read.table.get("unit")
    if not isinstance(unit, dict) or "one" not in unit:
        return ""
    found = _Read(read.file, dict(unit), "unit.").take("one", str)
    read.table["unit"] = {name: word for name, word in unit.items() if name != "one"}
    return found


def _also_called(read: _Read) -> dict[str, tuple[str, ...]]:
    """Return what texts call it besides its title, by language."""
    if "also_called" not in read.table:
        return {}
    inner = read.inner("also_called")
    found = {}
    for language in ("zh", "en"):
        names = inner.take(language, list)
        if not all(isinstance(name, str) and name.strip() for name in names):
            raise inner.wrong(language, "must be a list of names")
        found[language] = tuple(name.strip() for name in names)
    inner.finish()
    return found


def read_indicator(path: Path, measures: Mapping[str, Measure]) -> Indicator:
    """Return the indicator that a file declares.

    Raises: WrongIndicator: names the file and the field that is wrong, missing or unknown.
    """
    try:
        read = _Read(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongIndicator(f"{path.name}: {error}") from error
    code = read.take("code", str)
    number, version = read.take("number", int), read.take("version", int)
    if not 1 <= number <= HIGHEST_NUMBER:
        raise read.wrong("number", f"must lie between 1 and {HIGHEST_NUMBER}")
    if version < 1:
        raise read.wrong("version", "starts at 1")
    kind = read.choose("kind", IndicatorKind, KINDS)
    if kind not in KINDS:
        raise read.wrong("kind", f"must be one of {', '.join(KINDS)}, not {kind.value!r}")
    term, against, factor = _terms(read, kind, measures)
    is_target = kind is IndicatorKind.TARGET
    display = SHOWN_WHOLE if is_target and "display" not in read.table else _display(read, kind, factor)
    needs_no_unit = is_target or display.scale is Scale.PERCENT
    indicator = Indicator(
        code=code,
        number=number,
        version=version,
        valid_from=read.take("valid_from", date),
        kind=kind,
        term=term,
        against=against,
        factor=factor,
        title=read.words("title"),
        unit_one=_unit_one(read),
        unit=Words("", "") if needs_no_unit and "unit" not in read.table else read.words("unit"),
        display=display,
        scope_note=read.words("scope_note"),
        also_called=_also_called(read),
        file=path.name,
    )
    read.finish()
    return indicator


@dataclass
class _Loaded:
    versions: dict[str, tuple[Indicator, ...]]  # by code, oldest first
    codes: dict[int, str]  # by number


_loaded = _Loaded({}, {})


def _arranged(found: Iterable[Indicator]) -> _Loaded:
    versions: dict[str, list[Indicator]] = {}
    codes: dict[int, str] = {}
    for one in sorted(found, key=lambda indicator: (indicator.code, indicator.version)):
        if codes.setdefault(one.number, one.code) != one.code:
            raise WrongIndicator(f"{one.file}: number: {one.number} is {codes[one.number]}’s")
        earlier = versions.setdefault(one.code, [])
        if earlier and earlier[-1].version == one.version:
            raise WrongIndicator(f"{one.file}: version: {one.version} stands in {earlier[-1].file} as well")
        if earlier and earlier[-1].number != one.number:
            raise WrongIndicator(f"{one.file}: number: {one.code} is number {earlier[-1].number}")
        if earlier and earlier[-1].valid_from >= one.valid_from:
            raise WrongIndicator(f"{one.file}: valid_from: must lie after version {earlier[-1].version}’s")
        earlier.append(one)
    return _Loaded({code: tuple(chain) for code, chain in versions.items()}, codes)


def read_folders(folders: Mapping[str, Path], measures: Mapping[str, Measure]) -> list[Indicator]:
    """Return the indicators of folders by room code.

    Raises: WrongIndicator: a file is wrong, or its code does not begin with its room's.
    """
    found = []
    for room, folder in folders.items():
        if not folder.is_dir():
            raise WrongIndicator(
                f"{folder.name}: the room {room} names a folder of indicators that is not there"
            )
        for path in sorted(folder.glob("*.toml")):
            indicator = read_indicator(path, measures)
            if indicator.code.split(".")[0] != room:
                raise WrongIndicator(f"{path.name}: code: {indicator.code} does not begin with {room}.")
            found.append(indicator)
    return found


def load_all() -> None:
    """Read the indicators of every room and keep them.

    Raises: WrongIndicator: a file is wrong; nothing was kept.
    """
    folders = {room.code: room.indicators for room in rooms() if room.indicators is not None}
    loaded = _arranged(read_folders(folders, declared_measures()))
    _loaded.versions, _loaded.codes = loaded.versions, loaded.codes


def indicators() -> list[Indicator]:
    """Return the newest version of every indicator, in the order of their numbers."""
    return sorted((versions[-1] for versions in _loaded.versions.values()), key=lambda one: one.number)


def versions_of(code: str) -> tuple[Indicator, ...]:
    """Return the versions of an indicator, oldest first.

    Raises: LookupError: no file declares it.
    """
    if code not in _loaded.versions:
        raise LookupError(f"no indicator is called {code}")
    return _loaded.versions[code]


def all_versions() -> list[Indicator]:
    """Return every version of every indicator."""
    return [one for versions in _loaded.versions.values() for one in versions]


def valid_for(versions: Sequence[Indicator], period: Period) -> Indicator:
    """Return the version that counts a period: the last one valid at its end, or else the first there is."""
    return next((one for one in reversed(versions) if one.valid_from < period.ends_on), versions[0])


def code_with_number(number: int) -> str:
    """Return the code of the indicator with this number.

    Raises: LookupError: no indicator has it.
    """
    if number not in _loaded.codes:
        raise LookupError(f"no indicator has the number {number}")
    return _loaded.codes[number]
