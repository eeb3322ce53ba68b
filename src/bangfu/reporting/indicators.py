"""The register of indicators: those that ship in the rooms' files, and those that the office declared itself.

Files are read and checked when the house starts (``declarations``). What the office declares (the room ``own``) stands in the
database as versions that blocks seal; every process has them as they are now, since it looks once a request whether anything
was added (``standing``). Their codes begin with ``own.`` and their numbers are theirs alone, so that the two never clash.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils import timezone

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both, rooms
from bangfu.reporting import standing
from bangfu.reporting.codes import FIRST_OWN_NUMBER
from bangfu.reporting.declarations import Looping, Refers, WrongIndicator, read_indicator
from bangfu.reporting.definitions import Indicator, IndicatorKind, Term, TermKind
from bangfu.reporting.periods import Period

__all__ = ["Indicator", "IndicatorKind", "Term", "TermKind", "WrongIndicator", "read_indicator"]


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
            other = codes[one.number]
            raise _wrong(one, "number", f"{one.number} 已是 {other} 的编号", f"{one.number} is {other}’s")
        earlier = versions.setdefault(one.code, [])
        last = earlier[-1] if earlier else None
        if last and last.version == one.version:
            raise _wrong(
                one,
                "version",
                f"{last.file} 里也是第 {one.version} 版",
                f"{one.version} stands in {last.file} as well",
            )
        if last and last.number != one.number:
            raise _wrong(
                one, "number", f"{one.code} 的编号是 {last.number}", f"{one.code} is number {last.number}"
            )
        if last and last.valid_from >= one.valid_from:
            raise _wrong(
                one,
                "valid_from",
                f"必须晚于第 {last.version} 版的生效日期",
                f"must lie after version {last.version}’s",
            )
        earlier.append(one)
    return _Loaded({code: tuple(chain) for code, chain in versions.items()}, codes)


def _code_in(path: Path) -> str:
    """Return the code that a file declares; its name for a file that will be refused for it."""
    try:
        return str(tomllib.loads(path.read_text(encoding="utf-8"))["code"])
    except (KeyError, ValueError):
        return path.name


def _wrong(one: Indicator, field_name: str, zh: str, en: str) -> WrongIndicator:
    return WrongIndicator(one.file, field_name, both(zh, en))


@dataclass
class _Folders:
    """Files that may refer to each other, each read once and before those that refer to it."""

    measures: Mapping[str, Measure]
    paths: dict[str, list[Path]] = field(default_factory=dict)  # by the code that they declare
    read: dict[Path, Indicator] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def enter(self, path: Path) -> None:
        self.paths.setdefault(_code_in(path), []).append(path)

    def indicator(self, path: Path) -> Indicator:
        if path not in self.read:
            self.read[path] = read_indicator(path, self.measures, self._refers_from(_code_in(path)))
        return self.read[path]

    def _refers_from(self, code: str) -> Refers:
        def refers(other: str, on: date) -> Indicator:
            with self._opened(code):
                if other in self.open:
                    raise Looping((*self.open[self.open.index(other) :], other))
                if other not in self.paths:
                    raise LookupError(other)
                return holding_on([self.indicator(path) for path in self.paths[other]], on)

        return refers

    @contextmanager
    def _opened(self, code: str) -> Iterator[None]:
        self.open.append(code)
        try:
            yield
        finally:
            self.open.pop()


def read_folders(folders: Mapping[str, Path], measures: Mapping[str, Measure]) -> list[Indicator]:
    """Return the indicators of folders by room code.

    Raises: WrongIndicator: a file is wrong, or its code does not begin with its room's.
    """
    together, rooms_of = _Folders(measures), {}
    for room, folder in folders.items():
        if not folder.is_dir():
            raise WrongIndicator(
                folder.name,
                "",
                both(
                    f"房间 {room} 写了指标文件夹，但它不存在",
                    f"the room {room} names a folder of indicators that is not there",
                ),
            )
        for path in sorted(folder.glob("*.toml")):
            together.enter(path)
            rooms_of[path] = room
    found = []
    for path, room in rooms_of.items():
        indicator = together.indicator(path)
        if indicator.code.split(".")[0] != room:
            raise _wrong(
                indicator,
                "code",
                f"{indicator.code} 不以 {room}. 开头",
                f"{indicator.code} does not begin with {room}.",
            )
        if indicator.number >= FIRST_OWN_NUMBER:
            raise _wrong(
                indicator,
                "number",
                f"{FIRST_OWN_NUMBER} 起的编号留给自定指标",
                f"numbers from {FIRST_OWN_NUMBER} on are for the office’s own",
            )
        found.append(indicator)
    return found


def load_all() -> None:
    """Read the indicators of every room and keep them.

    Raises: WrongIndicator: a file is wrong; nothing was kept.
    """
    folders = {room.code: room.indicators for room in rooms() if room.indicators is not None}
    loaded = _arranged(read_folders(folders, declared_measures()))
    _loaded.versions, _loaded.codes = loaded.versions, loaded.codes


def shipped_indicators() -> list[Indicator]:
    """Return the newest version of every indicator that ships, in the order of their numbers; reads no database."""
    return sorted((versions[-1] for versions in _loaded.versions.values()), key=lambda one: one.number)


def indicators() -> list[Indicator]:
    """Return the newest version of every indicator that is offered today, in the order of their numbers.

    The office's own stand behind those that ship; one that was withdrawn is offered no longer, and still opens.
    """
    today = timezone.localdate()
    own = sorted((versions[-1] for versions in standing.versions().values()), key=lambda one: one.number)
    return [
        *shipped_indicators(),
        *(one for one in own if one.withdrawn_from is None or one.withdrawn_from > today),
    ]


def versions_of(code: str) -> tuple[Indicator, ...]:
    """Return the versions of an indicator, oldest first.

    Raises: LookupError: no file declares it, nor does the office.
    """
    if code in _loaded.versions:
        return _loaded.versions[code]
    own = standing.versions().get(code, ()) if code.startswith(standing.OWN) else ()
    if not own:
        raise LookupError(f"no indicator is called {code}")
    return own


def all_versions() -> list[Indicator]:
    """Return every version of every indicator that ships."""
    return [one for versions in _loaded.versions.values() for one in versions]


def valid_for(versions: Sequence[Indicator], period: Period) -> Indicator:
    """Return the version that counts a period: the last one valid at its end, or else the first there is."""
    return next((one for one in reversed(versions) if one.valid_from < period.ends_on), versions[0])


def holding_on(versions: Sequence[Indicator], on: date) -> Indicator:
    """Return the version that holds on a day, or else the first there is."""
    return next((one for one in reversed(versions) if one.valid_from <= on), versions[0])


def code_with_number(number: int) -> str:
    """Return the code of the indicator with this number.

    Raises: LookupError: no indicator has it.
    """
    if number in _loaded.codes:
        return _loaded.codes[number]
    own = standing.versions().items() if number >= FIRST_OWN_NUMBER else ()
    found = next((code for code, versions in own if versions[0].number == number), None)
    if found is None:
        raise LookupError(f"no indicator has the number {number}")
    return found
