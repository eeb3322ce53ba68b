"""The values of the printed page, and how much of them fits on two sides."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from bangfu.foundation.printing import typeset
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.foundation.rooms.subjects import SubjectSection
from bangfu.reporting.handbook.counting import Row
from bangfu.reporting.handbook.gathering import Handbook
from bangfu.reporting.handbook.open_points import Points
from bangfu.reporting.handbook.pictures import Picture
from bangfu.reporting.handbook.subjects import SubjectBook

SIDES = 2
PICTURES = 3
ROWS_WITHOUT_PICTURES = 10
"""When so few rows of figures fit, pictures are left out."""
ROWS_OF_FIGURES = (60, 45, 34, 26, 18, 10, 4)
"""How many rows of figures are tried, the most first; what does not fit is counted and left to the page on the screen."""
LONGEST_LINE = 120
"""Longer lines end in an ellipsis, so that the fewest rows always fit."""
_TEMPLATE = Path(__file__).parent / "handbook.typ"


def two_sides(book: Handbook, *, language: str, reader: str, unit: str, origin: str) -> bytes:
    """Return the page as a PDF of at most two sides, in the active language.

    Args:
        reader: who printed it, as the footer says.
        unit: where the reader works; empty for nowhere.
        origin: where this house answers, without a slash at the end.

    Raises: typst.TypstError: the template is broken; never because of what the page says.
    """
    return _fitted(lambda most: _values(book, most, language, reader, unit, origin))


def _fitted(values: Callable[[int], dict[str, Any]]) -> bytes:
    """Return the PDF with the most rows that two sides hold."""
    content = b""
    for most in ROWS_OF_FIGURES:
        content = typeset(_TEMPLATE, values(most))
        if len(PdfReader(io.BytesIO(content)).pages) <= SIDES:
            break
    return content


def _values(book: Handbook, most: int, language: str, reader: str, unit: str, origin: str) -> dict[str, Any]:
    """Return what stands on the sides, as plain values."""
    question, identity, counted = book.question, book.identity, book.counted
    lines = max(3, most // 4)
    figures = [(str(room.title), row) for room in counted.rooms for row in room.rows]
    said = [
        both("截至 {day}", "as of {day}").filled(day=question.on.isoformat()),
        both("账册区块 {block}", "ledger block {block}").filled(block=question.block),
        both("代码 {code}", "code {code}").filled(code=identity.code),
    ]
    return {
        "language": language,
        "title": identity.label,
        "example": str(example_mark() or ""),
        "meta": [str(one) for one in said],
        "footer": _footer(reader, unit, said[:2]),
        "sections": [
            _listed(both("未了和敏感的事", "Open and sensitive points"), _points(book.points, lines)),
            *(_section(one, lines) for one in book.sections),
            _listed(both("基本情况", "What it is"), _identity(book)),
            _listed(both("谁负责", "Who answers"), _answerable(book, lines)),
            _tabled(both("资金", "Money"), counted.money_years, [("", row) for row in counted.money][:lines], origin,
                    len(counted.money) - lines),
            _tabled(both("数字", "Figures"), counted.years, figures[:most], origin, len(figures) - most),
            _listed(both("承诺", "Promises"), _promises(book, lines)),
            _listed(
                both("新的记录", "Newest records"),
                [
                    _joined((one.happened_on.isoformat(), one.kind, one.title, one.counts))
                    for one in book.records[:lines]
                ],
            ),
        ],
        "pictures": _pictures(book.pictures, most),
    }  # fmt: skip


def subject_on_two_sides(book: SubjectBook, *, language: str, reader: str, unit: str, origin: str) -> bytes:
    """Return the page of a school, a leader or the like as a PDF of at most two sides, in the active language.

    Args: as ``two_sides``.

    Raises: typst.TypstError: the template is broken; never because of what the page says.
    """
    said = [
        str(both("截至 {day}", "as of {day}").filled(day=book.on.isoformat())),
        book.page.subject.about,
    ]

    def values(most: int) -> dict[str, Any]:
        lines = max(3, most // 3)
        counted = [
            _joined((one.happened_on.isoformat(), one.title, one.quantity)) for one in book.counted[:lines]
        ]
        return {
            "language": language,
            "title": book.page.subject.title,
            "example": str(example_mark() or ""),
            "meta": said,
            "footer": _footer(reader, unit, said[:1]),
            "sections": [
                _listed(both("未了和敏感的事", "Open and sensitive points"), _points(book.points, lines)),
                _listed(
                    both("基本情况", "What it is"),
                    [str(both("{label}：{value}", "{label}: {value}").filled(label=label, value=value))
                     for label, value in book.page.rows],
                ),
                *(_section(one, lines) for one in book.page.sections),
                _listed(both("计入的事实", "Facts that count it"), counted),
            ],
            "pictures": _pictures(book.pictures, most),
        }  # fmt: skip

    return _fitted(values)


def _footer(reader: str, unit: str, said: Sequence[object]) -> str:
    return _joined(
        (
            both("内部使用，不得转发", "For use inside, not to be passed on"),
            both("打印：{reader}", "Printed by {reader}").filled(reader=reader),
            unit,
            *said,
        )
    )


def _section(section: SubjectSection, most: int) -> dict[str, Any]:
    """Return what a room says of its subjects, with how many lines are left to the screen."""
    late = both("逾期", "late")
    lines = [_joined((one.title, one.about, late if one.is_late else "")) for one in section.lines[:most]]
    told = _listed(section.title, lines or [str(section.nothing)])
    if left := max(len(section.lines), section.count) - len(lines):
        told["lines"].append(
            str(both("另有 {count} 项，见网页。", "{count} more on the screen.").filled(count=left))
        )
    return told


def _pictures(pictures: Sequence[Picture], most: int) -> list[dict[str, str]]:
    """Return the pictures that are printed: three, and none where room is short."""
    shown = pictures[:PICTURES] if most > ROWS_WITHOUT_PICTURES else ()
    return [{"path": str(one.path.resolve()), "caption": _shortened(one.caption)} for one in shown]


def _listed(title: object, lines: Sequence[str]) -> dict[str, Any]:
    shown = [_shortened(line) for line in lines] or [str(both("没有。", "None."))]
    return {"title": str(title), "lines": shown, "columns": [], "rows": []}


def _tabled(
    title: object, years: Sequence[int], rows: Sequence[tuple[str, Row]], origin: str, more: int
) -> dict[str, Any]:
    """Return a table of indicators by year, and how many did not fit."""
    if not rows:
        return _listed(title, [])
    table = [
        {
            "title": str(row.indicator.title),
            "room": room,
            "cells": [
                {"text": str(one) if one.has_value else "—", "address": origin + one.address}
                for one in row.figures
            ],
        }
        for room, row in rows
    ]
    left = both("另有 {count} 项，见网页。", "{count} more on the screen.").filled(count=more)
    return {
        "title": str(title),
        "lines": [str(left)] if more > 0 else [],
        "columns": [str(both("指标", "Indicator")), *map(str, years)],
        "rows": table,
    }


def _identity(book: Handbook) -> list[str]:
    identity = book.identity
    former = [one.name for one in identity.names if one.name != book.question.place.name]
    lines = []
    if former:
        lines.append(both("曾用名：{names}", "Former names: {names}").filled(names=_listing(former)))
    if identity.lists:
        titles = _listing(one.title for one in identity.lists)
        lines.append(both("片区与名单：{names}", "Areas and lists: {names}").filled(names=titles))
    if identity.exit_year:
        lines.append(
            both("{year} 年退出 832 县名单", "Left the 832 counties in {year}").filled(
                year=identity.exit_year
            )
        )
    return [str(one) for one in lines]


def _answerable(book: Handbook, most: int) -> list[str]:
    lines = []
    for one in book.answerable.units[:most]:
        since = one.paired_since
        paired = both("结对自 {day}", "paired since {day}").filled(day=since.isoformat()) if since else ""
        newest = both("最近的事实 {day}", "newest fact {day}").filled(day=one.last.isoformat())
        lines.append(_joined((one.name, paired, newest)))
    if left := book.answerable.more + len(book.answerable.units[most:]):
        lines.append(str(both("另有 {count} 个单位", "{count} more units").filled(count=left)))
    for office in book.answerable.offices:
        lines += [_joined((office.unit.name, one.post, one.name)) for one in office.people]
    return lines[: most * 2]


def _promises(book: Handbook, most: int) -> list[str]:
    return [
        _joined(
            (
                one.progress.indicator.title,
                one.place or one.progress.unit.name,
                both("目标 {target}", "target {target}").filled(target=one.progress.target_text),
                both("完成 {value}", "so far {value}").filled(value=one.progress.figure),
                one.share,
                one.progress.light_words,
            )
        )
        for one in book.promises.shown[:most]
    ]


def _points(points: Sequence[Points], most: int) -> list[str]:
    lines = []
    for kind in points:
        lines.append(
            str(both("{title}：{count}", "{title}: {count}").filled(title=kind.title, count=kind.count))
        )
        lines += [f"· {_joined((one.title, one.about))}" for one in kind.shown[:most]]
    return lines[: most * 2]


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


def _joined(parts: Iterable[object]) -> str:
    return " · ".join(text for part in parts if (text := str(part)))


def _listing(names: Iterable[object]) -> str:
    return str(both("、", ", ")).join(map(str, names))
