"""Plain writing functions that the room's operations share: locks, files, steps, and the facts of money."""

from __future__ import annotations

from datetime import date

import polars

from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.projects import measures
from bangfu.livelihoods.projects.models import Kind, Movement, Project, Source, Step
from bangfu.livelihoods.projects.money_rules import PLEDGED
from bangfu.livelihoods.projects.register import SOURCE_SYSTEM

Files = tuple[tuple[str, bytes], ...]

MEASURE_OF = {
    Kind.ALLOCATED: measures.ALLOCATED,
    Kind.PAID: measures.PAID,
    Kind.RECEIVED: measures.RECEIVED,
    Kind.SPENT: measures.SPENT,
}
"""What each stage counts in."""


def project_for_update(project: Project) -> Project:
    """Return the project as it is now, locked until the operation ends."""
    inside_operation()
    return Project.objects.select_for_update(of=("self",)).select_related("unit").get(pk=project.pk)


def take_step(
    project: Project,
    state: str,
    *,
    on: date,
    document: str = "",
    reason: str = "",
    is_budget: bool = False,
    act: Act,
) -> Step:
    """Write that a project came to a state on a day, and on what that rests."""
    inside_operation()
    if project.state != state:
        project.state = state
        project.save(update_fields=["state"])
    return Step.objects.create(
        project=project,
        state=state,
        taken_on=on,
        document=document.strip(),
        reason=reason.strip(),
        is_budget=is_budget,
        taken_at=act.at,
        taken_by=act.actor,
    )


def count_movements(keys: list[int], *, act: Act) -> None:
    """Post what verified movements count, and note that they do.

    Posts: yuan of each movement's stage, owned by the project's unit, at its place, on its day; an arrival also in
        ``projects.put_in``, ``projects.brought_in`` or ``projects.investment_brought_in``, by its source.
    """
    inside_operation()
    found = Movement.objects.filter(pk__in=keys).select_related("project").order_by("pk")
    posted: dict[str, list[Movement]] = {}
    every = {one.code: one for one in (*MEASURE_OF.values(), *PLEDGED.values())}
    for one in found:
        posted.setdefault(MEASURE_OF[Kind(one.kind)].code, []).append(one)
        if one.kind == Kind.RECEIVED:
            posted.setdefault(PLEDGED[Source(one.source)].code, []).append(one)
    for code, rows in posted.items():
        frame = polars.DataFrame(
            {
                "quantity": polars.Series([one.amount_fen for one in rows], dtype=polars.Int64),
                "unit": [one.project.unit_id for one in rows],
                "place": [one.project.place_id for one in rows],
                "on": [one.happened_on for one in rows],
                "subject": [one.pk for one in rows],
                "source_id": [str(one.pk) for one in rows],
                "identity": [one.receipt for one in rows],
            }
        ).with_columns(quantity=polars.col("quantity").cast(polars.Decimal(20, 4)) / 100)
        kind = record_type("projects.movement")
        post_many(every[code], frame, record_type=kind, system=SOURCE_SYSTEM, act=act)
    Movement.objects.filter(pk__in=keys).update(confirmed_at=act.at)
