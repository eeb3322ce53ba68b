"""What a row of the library's sheet says of a project, and what a project says, so that the two can be compared. Pure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from bangfu.foundation.places.models import Place
from bangfu.livelihoods.projects.models import Project, Source
from bangfu.livelihoods.projects.rules import BudgetLine, ProjectDetails


def fen(yuan: Decimal | None) -> int:
    """Return an amount of a sheet in fen; null = none."""
    return int((yuan or Decimal(0)) * 100)


def details_of(row: dict[str, Any], places: dict[int, Place]) -> ProjectDetails:
    """Return what a row of the sheet says of a project."""
    budgets = []
    for source in Source:
        name = source.value.lower()
        amount, party = fen(row[f"{name}_yuan"]), row.get(f"{name}_party") or ""
        if amount or party:
            budgets.append(BudgetLine(source.value, amount, party))
    return ProjectDetails(
        code=row["code"],
        title_zh=row["title_zh"],
        title_en=row["title_en"] or "",
        place=places[row["place"]],
        revitalisation=row["revitalisation"],
        plan_title=row["plan_title"],
        plan_number=row["plan_number"],
        starts_on=row["starts_on"],
        ends_on=row["last_day"] + timedelta(days=1),
        budgets=tuple(budgets),
    )


def project_said(project: Project) -> ProjectDetails:
    """Return what a project says, as a row of the sheet would."""
    budgets = {one.source: one for one in project.budgets.all() if one.amount_fen}
    return ProjectDetails(
        code=project.code,
        title_zh=project.title_zh,
        title_en=project.title_en,
        place=project.place,
        revitalisation=project.revitalisation,
        plan_title=project.plan_title,
        plan_number=project.plan_number,
        starts_on=project.starts_on,
        ends_on=project.ends_on,
        budgets=tuple(
            BudgetLine(source.value, budgets[source].amount_fen, budgets[source].party)
            for source in Source
            if source in budgets
        ),
    )
