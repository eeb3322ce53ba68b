"""The sheet of the project library becomes projects, the sheet of money becomes movements on one paper."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars
from django.db import IntegrityError
from django.urls import reverse

from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.operations import Act, NotPermitted, operation, permitted_rows, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.projects.models import Budget, Movement, Project, Source, State, Step
from bangfu.livelihoods.projects.money_rules import UnableToMove, receipt_code
from bangfu.livelihoods.projects.operations import storing
from bangfu.livelihoods.projects.operations.entering import write_budgets, write_details
from bangfu.livelihoods.projects.said import details_of

PROJECTS, MOVEMENTS, ADMIT, REVISE = (
    "projects.import_projects",
    "projects.import_movements",
    "projects.admit_project",
    "projects.revise_project",
)


def _require(act: Act, permission: str, rows: polars.DataFrame) -> None:
    if not permitted_rows(act, permission, rows.select("unit", "place")).all():
        raise NotPermitted("out_of_scope", permission=permission)


@operation(PROJECTS, scope=scope_of("upload"))
def import_projects(*, upload: Upload, act: Act) -> Upload:
    """Enter every new project of a sheet, as ideas or in the library, and change those that are not approved. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; NotPermitted: a row, or a
        project that it changes, lies outside the grant. Nothing was written.
    Locks: the projects in the order of their codes, then the upload.
    """
    codes = read_rows(upload)["code"].drop_nulls().unique().to_list()
    locked = Project.objects.select_for_update().filter(code__in=codes, unit=upload.unit_id).order_by("code")
    known = {one.code: one for one in locked}
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.with_columns(unit=polars.lit(upload.unit_id))
    new = rows.filter(polars.col("standing") == "new")
    changed = rows.filter(polars.col("standing") == "changed")
    said = list(changed.iter_rows(named=True))
    ideas = [one.code for one in known.values() if one.state == State.IDEA]
    is_admitted = (polars.col("standing") == "new") | polars.col("code").is_in(ideas)
    _require(act, PROJECTS, new)
    _require(act, ADMIT, rows.filter(polars.col("library_on").is_not_null(), is_admitted))
    _require(act, REVISE, changed)
    before = {"unit": [upload.unit_id] * len(said), "place": [known[row["code"]].place_id for row in said]}
    _require(act, REVISE, polars.DataFrame(before, schema={"unit": polars.Int64, "place": polars.Int64}))
    _enter(new, upload, act)
    places = Place.objects.in_bulk({row["place"] for row in said})
    for row in said:
        _change(known[row["code"]], row, places, act)
    outcome = {
        "new": new.height,
        "changed": changed.height,
        "same": rows.height - new.height - changed.height,
        "address": reverse("projects:projects"),
    }
    return intake.mark_confirmed(upload, outcome, act=act)


def _change(project: Project, row: dict[str, Any], places: dict[int, Place], act: Act) -> None:
    """Write a row over a project that is not approved, and take it into the library if the row says so."""
    details = details_of(row, places)
    write_details(project, details)
    write_budgets(project, details.budgets)
    if project.state == State.IDEA and row["library_on"]:
        document = row["library_document"]
        storing.take_step(project, State.LIBRARY, on=row["library_on"], document=document, act=act)


def _enter(rows: polars.DataFrame, upload: Upload, act: Act) -> None:
    """Write the new projects of a sheet, with their budgets and first steps."""
    said = list(rows.iter_rows(named=True))
    entered = Project.objects.bulk_create(
        Project(
            code=row["code"],
            title_zh=row["title_zh"],
            title_en=row["title_en"] or "",
            unit=upload.unit,
            place_id=row["place"],
            revitalisation=row["revitalisation"],
            plan_title=row["plan_title"],
            plan_number=row["plan_number"],
            starts_on=row["starts_on"],
            ends_on=row["last_day"] + timedelta(days=1),
            state=State.LIBRARY if row["library_on"] else State.IDEA,
            upload=upload,
            entered_at=act.at,
            entered_by=act.actor,
        )
        for row in said
    )
    Budget.objects.bulk_create(
        Budget(
            project=project,
            source=source,
            party=row.get(f"{source.lower()}_party") or "",
            amount_fen=int(row[f"{source.lower()}_yuan"] * 100),
        )
        for project, row in zip(entered, said, strict=True)
        for source in Source.values
        if row[f"{source.lower()}_yuan"]
    )
    Step.objects.bulk_create(
        Step(
            project=project,
            state=state,
            taken_on=row["library_on"] if state == State.LIBRARY else act.on,
            document=(row["library_document"] or "").strip() if state == State.LIBRARY else "",
            taken_at=act.at,
            taken_by=act.actor,
        )
        for project, row in zip(entered, said, strict=True)
        for state in ((State.IDEA, State.LIBRARY) if row["library_on"] else (State.IDEA,))
    )


@operation(MOVEMENTS, scope=scope_of("upload"))
def import_movements(*, upload: Upload, act: Act) -> Batch:
    """Enter every new movement of a sheet with its bank receipt, and submit them on one paper. All or nothing.

    Raises: UnableToImport: rows are refused, nothing is new, or the sheet was imported before; UnableToMove:
        ``receipt_meanwhile``; NotPermitted: a row lies outside the grant. Nothing was written.
    Locks: the projects in the order of their keys, then the upload.
    """
    codes = read_rows(upload)["project_code"].drop_nulls().unique().to_list()
    list(Project.objects.select_for_update().filter(code__in=codes).order_by("pk").values_list("pk"))
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") == "new")
    _require(act, MOVEMENTS, rows)
    try:
        entered = Movement.objects.bulk_create(
            Movement(
                project_id=row["project"],
                kind=row["kind"],
                source=row["source"],
                amount_fen=int(row["amount_yuan"] * 100),
                happened_on=row["happened_on"],
                payer=row["payer"],
                payee=row["payee"],
                receipt=receipt_code(row["receipt"]),
                note=row["note"] or "",
                apart=row["apart"] or "",
                upload=upload,
                entered_at=act.at,
                entered_by=act.actor,
            )
            for row in rows.iter_rows(named=True)
        )
    except IntegrityError as clash:
        if "projects_one_movement_a_receipt" in str(clash):
            raise UnableToMove("receipt_meanwhile", receipt=upload.name) from clash
        raise
    keys = [one.pk for one in entered]
    same = checked.frame.height - rows.height
    return intake.submit_imported(
        upload, rows, keys, record_type=record_type("projects.movement"), same=same, act=act
    )
