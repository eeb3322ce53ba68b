"""The sheets of a new house read and compared with each other: a plan, or everything that is wrong; writes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bangfu.foundation.intake.cells import Context
from bangfu.foundation.intake.examining import open_sheet, read_sheet
from bangfu.foundation.intake.grids import UnableToReadSheet
from bangfu.foundation.intake.layouts import listed
from bangfu.foundation.money.operations import NewBooks
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.branching import COLUMNS
from bangfu.foundation.organisation.founding import LINES
from bangfu.foundation.organisation.furnishing import NewArea, NewGrant, NewPerson, NewPost, Plan
from bangfu.foundation.organisation.models import DUTIES_APART, Unit
from bangfu.foundation.organisation.operations import LINE_CODE
from bangfu.foundation.people.operations import USERNAME
from bangfu.foundation.places.queries import match_places, place_labels
from bangfu.foundation.rooms import Words, both, roles
from bangfu.site.house import EXAMPLE_ROOT
from bangfu.site.initial.balances import WRONG_BALANCES, books_of
from bangfu.site.initial.layouts import ENDINGS, NEEDED, layouts

_LEVEL_OF_KIND = {"PROVINCE": 1, "PREFECTURE": 2, "COUNTY": 3, "SUPPORTED": 3}
_LEVELS = (3, 2, 1)
DUTIES = ("administrator", "security_administrator")
"""Who runs the system and who grants: the founding needs one of each, two people."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for each other on paper."""

WRONG = {
    "no_file": both(
        "文件夹里没有 {name}.xlsx 或 {name}.csv。请用 bangfu init --templates 取模板，填好放进来。",
        "The folder has no {name}.xlsx or {name}.csv. Write the templates with bangfu init --templates and fill them in.",
    ),
    "two_files": both(
        "{name}.xlsx 和 {name}.csv 都有，请只留一个。", "There are both {name}.xlsx and {name}.csv; keep one."
    ),
    "no_group": both(
        "没有集团这一行：类别填“集团”，上级空着。", "No row is the group: kind Group, without a parent."
    ),
    "two_groups": both("集团只能有一行。", "Only one row can be the group."),
    "group_parent": both("集团没有上级，请清空上级。", "The group has no parent; empty that cell."),
    "code_reserved": both("单位代码 EXAMPLE 留给示例，请换一个。", "The code EXAMPLE is the example's; choose another."),
    "parent_missing": both("缺少上级单位代码，只有集团可以空着。", "The parent's code is missing; only the group has none."),
    "place": both(
        "没有找到“{text}”。请写全称或区划代码。", "{text} was not found. Write its full name or its code."
    ),
    "place_near": both(
        "没有找到“{text}”，是否：{choices}？请写全称或区划代码。",
        "{text} was not found; perhaps {choices}? Write its full name or its code.",
    ),
    "username_form": both(
        "登录名「{username}」只能用字母、数字和 . _ - @。",
        "The user name {username} may have letters, digits and . _ - @ only.",
    ),
    "two_names": both(
        "登录名「{username}」在第 {other} 行是另一个姓名，请改正其中一个。",
        "The user name {username} has another name in row {other}; correct one of them.",
    ),
    "no_unit": both("没有代码为「{unit}」的单位，请先写进单位表。", "There is no unit {unit}; enter it in the units sheet."),
    "no_line": both(
        "没有代码为「{line}」的专业线。可用：{lines}。", "There is no line {line}. Use one of {lines}."
    ),
    "half_post": both("岗位要同时写中文和英文名称。", "A post needs its title in both languages."),
    "before_unit": both("单位自 {on} 起，日期须不早于它。", "The unit opens on {on}; give that day or a later one."),
    "post_taken": both(
        "这个岗位已由第 {other} 行的人担任，一个岗位一人。",
        "This post is held by the person of row {other} already; a post has one holder.",
    ),
    "granted_twice": both("与第 {other} 行是同一授权，请删去一行。", "Row {other} grants the same; delete one of them."),
    "no_administrator": both(
        "没有人是集团的{role}，请至少给一人。",
        "Nobody is {role} of the group; give that role to at least one person.",
    ),
    "duties_apart": both(
        "此人同时是第 {other} 行的角色。系统、安全、审计三员须由三人分任，请另给一人。",
        "Row {other} gives this person another of the three duties. System, security and audit are three people's: give it to"
        " somebody else.",
    ),
    "list_differs": both(
        "名单「{code}」的名称、类别或依据与第 {other} 行不同，请照抄。",
        "Titles, kind or source of the list {code} differ from row {other}; make them the same.",
    ),
    "line_form": both(
        "专业线代码「{code}」只能用小写字母、数字和下划线。",
        "The line's code {code} may have lower-case letters, digits and underscores only.",
    ),
    **WRONG_BALANCES,
}  # fmt: skip


@dataclass(frozen=True)
class Trouble:
    """What is wrong, and how to mend it."""

    sheet: Words
    row: int | None
    """The row's number as its user sees it; null for the sheet as a whole."""
    sentence: Words


class UnableToInit(Refusal):
    """Codes: ``no_folder``, ``sheets``; ``troubles`` has everything that is wrong in the sheets."""

    sentences = {
        "no_folder": both(
            "没有文件夹 {folder}。请核对路径。", "There is no folder {folder}; check the path."
        ),
        "sheets": both(
            "表格里有 {count} 处不对，什么也没有写入。请改正后重来。",
            "{count} things are wrong in the sheets; nothing was written. Correct them and start again.",
        ),
    }

    def __init__(self, code: str, /, troubles: list[Trouble] | None = None, **details: Any) -> None:
        self.troubles = troubles or []
        super().__init__(code, **({"count": len(self.troubles)} | details))


class _Sheets:
    """The rows of each sheet, and the troubles found so far."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.layouts = layouts()
        self.troubles: list[Trouble] = []
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in self.layouts}
        self.given: set[str] = set()

    def wrong(self, name: str, row: int | None, code: str, /, **details: Any) -> None:
        self.troubles.append(Trouble(self.layouts[name].title, row, WRONG[code].filled(**details)))

    def read(self, name: str, folder: Path) -> None:
        files = [folder / f"{name}{ending}" for ending in ENDINGS if (folder / f"{name}{ending}").is_file()]
        if len(files) != 1:
            if files or name in NEEDED:
                self.wrong(name, None, "two_files" if files else "no_file", name=name)
            return
        self.given.add(name)
        layout = self.layouts[name]
        try:
            reading = read_sheet(open_sheet(layout, files[0].read_bytes()), Context(on=self.today))
        except UnableToReadSheet as answer:
            self.troubles.append(Trouble(layout.title, None, answer.sentence))
            return
        self.troubles += [Trouble(layout.title, one.row, one.sentence) for one in reading.refusals]
        self.rows[name] = reading.frame.rows(named=True)


@dataclass(frozen=True)
class SheetsRead:
    """What the sheets of a house say."""

    plan: Plan
    books: tuple[NewBooks, ...]
    numbers: dict[str, list[int]]
    """The numbers of rows in their sheets: of ``units``, and of each list's members as ``lists CODE``."""


def read_sheets(folder: Path, *, today: date) -> SheetsRead:
    """Return the house that the sheets of a folder describe.

    Raises: UnableToInit: see its codes.
    """
    if not folder.is_dir():
        raise UnableToInit("no_folder", folder=folder)
    sheets = _Sheets(today)
    for name in sheets.layouts:
        sheets.read(name, folder)
    if any(name not in sheets.given for name in NEEDED):
        raise UnableToInit("sheets", troubles=sheets.troubles)
    lines = _lines(sheets)
    root, units = _units(sheets)
    people, posts, grants = _people(sheets, {line[1] for line in lines})
    areas = list(_areas(sheets))
    books = _books(sheets)
    if sheets.troubles or root is None:
        order = {layout.title: number for number, layout in enumerate(sheets.layouts.values())}
        raise UnableToInit(
            "sheets", troubles=sorted(sheets.troubles, key=lambda one: (order[one.sheet], one.row or 0))
        )
    plan = Plan(
        code=root["code"],
        name_zh=root["name_zh"],
        name_en=root["name_en"],
        starts_on=root["starts_on"],
        units=units.select(*COLUMNS),
        people=people,
        posts=posts,
        grants=grants,
        lines=lines,
        areas=tuple(area for area, _ in areas),
    )
    numbers = {f"lists {area.code}": rows for area, rows in areas}
    return SheetsRead(plan, books, {"units": units["row"].to_list(), **numbers})


def _books(sheets: _Sheets) -> tuple[NewBooks, ...]:
    units = {row["code"]: row for row in sheets.rows["units"]}
    rows = sheets.rows["balances"]
    for row in rows:
        if row["unit"] not in units:
            sheets.wrong("balances", row["row"], "no_unit", unit=row["unit"])
        elif row["on"] < units[row["unit"]]["starts_on"]:
            sheets.wrong("balances", row["row"], "before_unit", on=units[row["unit"]]["starts_on"])
    title = sheets.layouts["balances"].title
    return books_of(
        rows,
        wrong=lambda row, code, **details: sheets.wrong("balances", row, code, **details),
        judge_sums=not any(trouble.sheet == title for trouble in sheets.troubles),
    )


def _lines(sheets: _Sheets) -> tuple[tuple[int, str, str, str], ...]:
    if "lines" not in sheets.given:
        return LINES
    for row in sheets.rows["lines"]:
        if not LINE_CODE.fullmatch(row["code"]):
            sheets.wrong("lines", row["row"], "line_form", code=row["code"])
    return tuple(
        (number, row["code"], row["name_zh"], row["name_en"])
        for number, row in enumerate(sheets.rows["lines"], start=1)
    )


def _units(sheets: _Sheets) -> tuple[dict[str, Any] | None, pl.DataFrame]:
    """Return the group's row and a frame of the others, with the numbers of places."""
    roots = [row for row in sheets.rows["units"] if row["kind"] == Unit.Kind.GROUP]
    others = [row for row in sheets.rows["units"] if row["kind"] != Unit.Kind.GROUP]
    if not roots:
        sheets.wrong("units", None, "no_group")
    for row in roots[1:]:
        sheets.wrong("units", row["row"], "two_groups")
    for row in roots:
        if row["parent"]:
            sheets.wrong("units", row["row"], "group_parent")
        if row["code"] == EXAMPLE_ROOT:
            sheets.wrong("units", row["row"], "code_reserved")
    for row in others:
        if not row["parent"]:
            sheets.wrong("units", row["row"], "parent_missing")
    schema = {
        "row": pl.Int64, "code": pl.String, "name_zh": pl.String, "name_en": pl.String, "kind": pl.String,
        "parent": pl.String, "place": pl.Int64, "starts_on": pl.Date,
    }  # fmt: skip
    places = _places(sheets, others)
    frame = pl.DataFrame([row | {"place": places.get(row["row"])} for row in others], schema=schema)
    return (roots[0] if roots else None), frame


def _places(sheets: _Sheets, rows: list[dict[str, Any]]) -> dict[int, int]:
    """Return the place that each row names, by the row's number: of the level of its kind, or the lowest that fits."""
    found: dict[int, int] = {}
    near: dict[int, list[str]] = {}
    for level in _LEVELS:
        asked = [
            row
            for row in rows
            if row["place"] and row["row"] not in found and _LEVEL_OF_KIND.get(row["kind"], level) == level
        ]
        if not asked:
            continue
        matched = match_places(pl.Series([row["place"] for row in asked], dtype=pl.String), level=level)
        for row, place, choices in zip(asked, matched["place_id"], matched["choices"], strict=True):
            if place is not None:
                found[row["row"]] = place
            else:
                near.setdefault(row["row"], []).extend(choices)
    for row in rows:
        if row["place"] and row["row"] not in found:
            choices = listed(near.get(row["row"], [])[:3])
            sheets.wrong(
                "units",
                row["row"],
                "place_near" if choices.zh else "place",
                text=row["place"],
                choices=choices,
            )
    return found


def _people(
    sheets: _Sheets, lines: set[str]
) -> tuple[tuple[NewPerson, ...], tuple[NewPost, ...], tuple[NewGrant, ...]]:
    units = {row["code"]: row for row in sheets.rows["units"]}
    group = next((code for code, row in units.items() if row["kind"] == Unit.Kind.GROUP), None)
    names: dict[str, tuple[str, int]] = {}
    posts: dict[tuple[Any, ...], tuple[NewPost, int]] = {}
    grants: dict[tuple[Any, ...], tuple[NewGrant, int]] = {}
    for row in sheets.rows["people"]:
        number, username = row["row"], row["username"]
        line = row["line"] or None
        if not USERNAME.fullmatch(username):
            sheets.wrong("people", number, "username_form", username=username)
        name, other = names.setdefault(username.lower(), (row["name"], number))
        if name != row["name"]:
            sheets.wrong("people", number, "two_names", username=username, other=other)
        if row["unit"] not in units:
            sheets.wrong("people", number, "no_unit", unit=row["unit"])
        elif row["starts_on"] < units[row["unit"]]["starts_on"]:
            sheets.wrong("people", number, "before_unit", on=units[row["unit"]]["starts_on"])
        if line is not None and line not in lines:
            sheets.wrong("people", number, "no_line", line=line, lines=", ".join(sorted(lines)))
        if bool(row["title_zh"]) != bool(row["title_en"]):
            sheets.wrong("people", number, "half_post")
        elif row["title_zh"]:
            post = NewPost(username, row["unit"], row["title_zh"], row["title_en"], line, row["starts_on"])
            first, other = posts.setdefault((post.unit, post.title_zh, line), (post, number))
            if first is not post and first.username.lower() != username.lower():
                sheets.wrong("people", number, "post_taken", other=other)
        if row["role"]:
            grant = NewGrant(username, row["role"], row["unit"], line, row["place"], row["starts_on"])
            of = (username.lower(), grant.role, grant.unit, line, grant.place)
            granted, other = grants.setdefault(of, (grant, number))
            if granted is not grant:
                sheets.wrong("people", number, "granted_twice", other=other)
    usernames = {row["username"].lower(): row["username"] for row in reversed(sheets.rows["people"])}
    firsts = _first_of_each_duty(sheets, list(grants.values()), group)
    ordered = sorted(
        names, key=lambda username: firsts.index(username) if username in firsts else len(firsts)
    )
    people = tuple(
        NewPerson(usernames[username], names[username][0], _initial_password()) for username in ordered
    )
    return (
        people,
        tuple(
            NewPost(
                usernames[one.username.lower()], one.unit, one.title_zh, one.title_en, one.line, one.starts_on
            )
            for one, _ in posts.values()
        ),
        tuple(
            NewGrant(usernames[one.username.lower()], one.role, one.unit, one.line, one.place, one.starts_on)
            for one, _ in grants.values()
        ),
    )


def _first_of_each_duty(sheets: _Sheets, grants: list[tuple[NewGrant, int]], group: str | None) -> list[str]:
    """Return the first system and the first security administrator of the group, and name who holds two duties."""
    firsts: list[str] = []
    for duty in DUTIES:
        holders = [
            grant.username.lower()
            for grant, _ in grants
            if (grant.role, grant.unit, grant.line, grant.place) == (duty, group, None, None)
        ]
        if holders:
            firsts.append(holders[0])
        else:
            sheets.wrong("people", None, "no_administrator", role=roles()[duty].title)
    held: dict[str, tuple[str, int]] = {}
    for grant, number in grants:
        if grant.role in DUTIES_APART:
            role, other = held.setdefault(grant.username.lower(), (grant.role, number))
            if role != grant.role:
                sheets.wrong("people", number, "duties_apart", other=other)
    return firsts


def _initial_password() -> str:
    """Return a password of sixteen letters in four groups (79 bits), to be read out and changed."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _areas(sheets: _Sheets) -> Iterator[tuple[NewArea, list[int]]]:
    """Give each list with the row numbers of its members."""
    kept: dict[str, list[dict[str, Any]]] = {}
    for row in sheets.rows["lists"]:
        of_list = kept.setdefault(row["code"], [])
        of_list.append(row)
        first = of_list[0]
        if any(row[name] != first[name] for name in ("kind", "title_zh", "title_en", "source")):
            sheets.wrong("lists", row["row"], "list_differs", code=row["code"], other=first["row"])
    schema = {"place": pl.Int64, "starts_on": pl.Date, "ends_on": pl.Date, "listed_as": pl.String}
    for code, rows in kept.items():
        first = rows[0]
        names = place_labels([row["place"] for row in rows], short=True)
        members = pl.DataFrame(
            [(row["place"], row["starts_on"], row["ends_on"], names[row["place"]]) for row in rows],
            schema=schema,
            orient="row",
        )
        yield (
            NewArea(
                code, first["kind"], first["title_zh"], first["title_en"], first["source"],
                members,
            ),
            [row["row"] for row in rows],
        )  # fmt: skip
