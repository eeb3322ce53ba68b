"""What the tests of this room have in common: projects at some state, money with its bank receipt, facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from bangfu.livelihoods.projects.models import Movement, Project
from bangfu.livelihoods.projects.operations import (
    BudgetLine,
    MovementDetails,
    ProjectDetails,
    admit_project,
    approve_project,
    enter_movement,
    enter_project,
    verify_movements,
)
from tests.cast import CEHENG, Cast

RECEIPT = (("回单0045.txt", "银行回单 0045".encode()),)
OWN = BudgetLine("OWN", 30_000_000)
GIFT = BudgetLine("GIFT", 10_000_000, "91110000EXAMPLE01A")
DAY = date(2020, 3, 10)


def details(code: str = "CH-2020-01", **changes: Any) -> ProjectDetails:
    """Return what is said of a banana-drying shed in 册亨, of two sources."""
    said: dict[str, Any] = {
        "title_zh": "糯米蕉烘干车间",
        "title_en": "Banana drying shed",
        "place": Place.objects.get(pk=CEHENG),
        "revitalisation": "INDUSTRY",
        "plan_title": "册亨县巩固拓展项目库",
        "plan_number": "册乡振〔2020〕3号",
        "starts_on": date(2020, 3, 1),
        "ends_on": date(2020, 7, 1),
        "budgets": (OWN, GIFT),
    }
    return ProjectDetails(code=code, **{**said, **changes})


def entered(cast: Cast, code: str = "CH-2020-01", **changes: Any) -> Project:
    """Enter a project."""
    return enter_project(details=details(code, **changes), unit=cast.guizhou, act=cast.act(cast.clerk))


def approved(cast: Cast, code: str = "CH-2020-01", **changes: Any) -> Project:
    """Enter a project, take it into the library and approve it."""
    project = entered(cast, code, **changes)
    admit_project(project=project, document="册库〔2020〕1号", on=date(2020, 1, 10), act=cast.act(cast.clerk))
    return approve_project(
        project=project, document="册批〔2020〕7号", on=date(2020, 2, 1), act=cast.act(cast.verifier)
    )


def money(kind: str, amount_fen: int = 20_000_000, **changes: Any) -> MovementDetails:
    """Return money of the unit's own at a stage, with a receipt of its own."""
    said: dict[str, Any] = {
        "source": "OWN",
        "happened_on": DAY,
        "payer": "P52",
        "payee": "CH-TREASURY",
        "receipt": f"{kind}-1",
    }
    return MovementDetails(kind=kind, amount_fen=amount_fen, **{**said, **changes})


def moved(cast: Cast, project: Project, kind: str, amount_fen: int = 20_000_000, **changes: Any) -> Movement:
    """Enter money with its bank receipt."""
    said = money(kind, amount_fen, **changes)
    return enter_movement(project=project, details=said, files=RECEIPT, act=cast.act(cast.clerk))


def paper_of(movement: Movement) -> Batch:
    """Return the paper on which a movement was submitted last."""
    return Batch.objects.filter(title__endswith=f" {movement.receipt}").latest("pk")


def verified(cast: Cast, paper: Batch) -> Batch:
    """Look at a paper's sample and verify it."""
    act = cast.act(cast.verifier)
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=[one.record_id for one in sample.records.all()], act=act)
    return verify_movements(batch=paper, act=act)


def counted(
    cast: Cast, project: Project, *stages: str, amount_fen: int = 20_000_000, **changes: Any
) -> list[Movement]:
    """Enter and verify money of these stages, in this order."""
    found = []
    for kind in stages:
        found.append(moved(cast, project, kind, amount_fen, **changes))
        verified(cast, paper_of(found[-1]))
    return found


def facts() -> list[tuple[str, Decimal, int, int, date, str]]:
    """Return the room's facts: measure, quantity, unit, place, day, identity."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure.code, quantity, unit_id, place_id, happened_on, identity"
            " FROM ledger_fact JOIN ledger_cataloguemeasure measure ON measure.id = measure_id"
            " WHERE measure.code LIKE 'projects.%%' ORDER BY ledger_fact.id",
            [],
        )
        return cursor.fetchall()


TABLES = (
    "projects_project", "projects_projectevent", "projects_budget", "projects_budgetevent", "projects_step",
    "projects_movement", "projects_movementevent", "review_batch", "review_reviewevent", "evidence_attachment",
    "ledger_fact", "operations_auditentry",
)  # fmt: skip


def counts() -> dict[str, int]:
    """Return how many rows the room and what it touches have: for “nothing was written”."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def refuses(kind: type[Refusal], code: str, call: Callable[[], object]) -> Refusal:
    """Make sure that a call is refused with a code and a whole sentence, and wrote nothing; return the refusal."""
    before = counts()
    with pytest.raises(kind) as refused:
        call()
    assert refused.value.code == code
    assert "{" not in refused.value.sentence.zh + refused.value.sentence.en
    assert counts() == before
    return refused.value
