"""What makes a project and a movement of its money acceptable, one by one or as the rows of a sheet.

Reads, never writes. What is known already is looked up once for all rows; a sheet shows these faults in its preview.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.reported.register import home_place
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, TOWN, VILLAGE
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label, subtree_range
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.projects.models import FIRST_PROJECT, Project, Revitalisation, Source

LEVELS = (COUNTY, TOWN, VILLAGE)
_CODE = re.compile(PARTY_CODE)


class UnableToEnter(Refusal):
    """Codes: ``code_taken``, ``twice_in_sheet``, ``not_described``, ``unknown_revitalisation``, ``not_a_place``,
    ``outside_unit``, ``too_early``, ``ends_before_start``, ``unknown_source``, ``source_twice``, ``amount``,
    ``party_missing``, ``party_code``, ``party_of_own``, ``identity_number``, ``not_open``, ``nothing_changed``,
    ``library_half``."""

    sentences = {
        "code_taken": both(
            "编号「{code}」已有项目（{unit}）。一个项目只由一个单位登记、计数；请核对编号。",
            "The code {code} is a project of {unit} already. One unit keeps and counts a project; check the code.",
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一个编号。请删去一行。", "The same code as row {other}. Delete one of them."
        ),
        "not_described": both(
            "项目要有编号、名称，以及所依据的县里规划的名称和文号。请补齐。",
            "A project needs a code, a title, and the title and number of the county's plan. Fill them in.",
        ),
        "unknown_revitalisation": both("没有「{text}」这一类。", "None of the five is called {text}."),
        "not_a_place": both(
            "地点须是县（市、区）、乡镇或村。", "The place must be a county, a town or a village."
        ),
        "outside_unit": both(
            "{place}不在{unit}的范围内。请改正地点，或由当地单位登记。",
            "{place} lies outside {unit}. Correct the place, or let the unit of that place enter it.",
        ),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "ends_before_start": both(
            "计划的最后一天早于第一天。", "The last day planned lies before the first."
        ),
        "unknown_source": both("没有「{source}」这种来源。", "There is no source called {source}."),
        "source_twice": both("同一来源的预算写了两次。", "The budget names a source twice."),
        "amount": both("预算金额不能为负。", "A budget cannot be negative."),
        "party_missing": both(
            "引进的资金要写明出资单位的代码。", "Money that is brought in needs the code of who gives it."
        ),
        "party_code": both(
            "「{text}」不是单位代码。请填统一社会信用代码或本单位给它的编号（大写字母、数字、短横线），不写名称和个人。",
            "{text} is no organisation's code. Enter its unified social credit code or the number you gave it (capitals,"
            " digits, hyphens), neither a name nor a person.",
        ),
        "party_of_own": both(
            "自有资金不写出资单位。", "The unit's own money is given by nobody else: leave the code empty."
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。项目和资金只记单位，请删去。",
            "This holds an identity number and cannot be entered. Projects and their money name organisations only: take it out.",
        ),
        "not_open": both(
            "项目目前是“{state}”，只有谋划、入库阶段可以修改；批复以后请用“调整预算”。",
            "The project is “{state}”. It changes while it is an idea or in the library; once approved use “change the budget”.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
        "library_half": both(
            "入库日期和入库文号要么都填，要么都不填。",
            "Give both the day and the document of the library, or neither.",
        ),
    }


class ProjectFault(RowFault):
    """Why one row's project cannot be entered."""

    unable = UnableToEnter


@dataclass(frozen=True)
class BudgetLine:
    """What a project may cost of one source."""

    source: str
    amount_fen: int
    party: str = ""
    """The code of the organisation that gives or invests; empty for the unit's own money."""


@dataclass(frozen=True)
class ProjectDetails:
    """What is said of a project."""

    code: str
    title_zh: str
    place: Place
    revitalisation: str
    plan_title: str
    plan_number: str
    starts_on: date
    ends_on: date
    """The day after the last one planned."""
    budgets: tuple[BudgetLine, ...] = ()
    title_en: str = ""


Wrong = tuple[str | None, str, dict[str, Any]]
"""Column, code and details of what is wrong."""


def party_wrong(text: str, column: str) -> Wrong | None:
    """Return what is wrong with an organisation's code, or null."""
    if has_identity_number(text):
        return column, "identity_number", {}
    return None if _CODE.fullmatch(text) and len(text) <= 40 else (column, "party_code", {"text": text})


def budgets_wrong(lines: Iterable[BudgetLine]) -> Wrong | None:
    """Return what is wrong with a budget, or null."""
    seen: set[str] = set()
    for line in lines:
        if line.source not in Source.values:
            return None, "unknown_source", {"source": line.source}
        if line.source in seen:
            return None, "source_twice", {}
        seen.add(line.source)
        column = f"{line.source.lower()}_party"
        if line.amount_fen < 0:
            return f"{line.source.lower()}_yuan", "amount", {}
        if line.source == Source.OWN and line.party:
            return None, "party_of_own", {}
        if line.source != Source.OWN and not line.party:
            return column, "party_missing", {}
        if line.party and (wrong := party_wrong(line.party, column)):
            return wrong
    return None


def _words_wrong(said: ProjectDetails) -> Wrong | None:
    texts = {
        "code": said.code, "title_zh": said.title_zh, "plan_title": said.plan_title, "plan_number": said.plan_number,
    }  # fmt: skip
    for column, text in texts.items():
        if not text.strip():
            return column, "not_described", {}
    for column, text in {**texts, "title_en": said.title_en}.items():
        if has_identity_number(text):
            return column, "identity_number", {}
    if said.revitalisation not in Revitalisation.values:
        return "revitalisation", "unknown_revitalisation", {"text": said.revitalisation}
    return None


def _where_and_when_wrong(said: ProjectDetails, unit: Unit, home: int | None) -> Wrong | None:
    if said.place.level not in LEVELS:
        return "place", "not_a_place", {}
    if home is not None:
        first, end = subtree_range(home)
        if not first <= said.place.pk < end:
            name = both(unit.name_zh, unit.name_en)
            return "place", "outside_unit", {"place": place_label(said.place.pk), "unit": name}
    if said.starts_on < FIRST_PROJECT:
        return "starts_on", "too_early", {"first": FIRST_PROJECT.isoformat()}
    if said.ends_on <= said.starts_on:
        return "last_day", "ends_before_start", {}
    return None


def project_wrong(said: ProjectDetails, unit: Unit, home: int | None) -> Wrong | None:
    """Return what is wrong with a project, whatever is known already; null if nothing is."""
    return _words_wrong(said) or _where_and_when_wrong(said, unit, home) or budgets_wrong(said.budgets)


def project_faults(
    rows: list[tuple[int, ProjectDetails]], *, unit: Unit, but: Collection[int] = ()
) -> Iterator[ProjectFault]:
    """Yield the first fault of each row, in order.

    Args:
        rows: number and what is said.
        but: the projects, by key, of which rows are said anew: they keep their own codes.
    """
    home = home_place(unit)
    codes = [said.code.strip() for _, said in rows]
    known: dict[str, Words] = {
        code: both(zh, en)
        for code, zh, en in Project.objects.filter(code__in=codes)
        .exclude(pk__in=but)
        .values_list("code", "unit__name_zh", "unit__name_en")
    }
    seen: dict[str, int] = {}
    for row, said in rows:
        code = said.code.strip()
        wrong = project_wrong(said, unit, home)
        if wrong is None and code in known:
            wrong = ("code", "code_taken", {"code": code, "unit": known[code]})
        if wrong is None and code in seen:
            wrong = ("code", "twice_in_sheet", {"other": seen[code]})
        seen.setdefault(code, row)
        if wrong is not None:
            yield ProjectFault(row, *wrong)
