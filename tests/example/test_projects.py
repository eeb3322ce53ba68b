"""The example's projects: what arrived for them is what the county's reported rows would have said."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import LazySettings

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch
from bangfu.livelihoods.projects.models import Check, Project, State
from example import house, projects
from example.papers import bring_in, left_of
from example.reported import funds
from example.reported.filling import DESIGNATED


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """A folder of the test's own for what the example writes."""
    settings.VAR = tmp_path
    settings.EVIDENCE_FOLDER = tmp_path / "evidence"
    return tmp_path


def _load() -> None:
    house.build_house()
    wanted = [paper for paper in funds.papers() if paper.layout.startswith("projects.")]
    for paper in left_of([*wanted, *projects.papers()]):
        bring_in(paper)
    projects.see_through()


def test_money_of_projects_stands_for_the_reported_rows(own_database: str, var: Path) -> None:
    _load()
    codes = dict(Unit.objects.values_list("pk", "code"))
    for measure in projects.SOURCES:
        facts = Fact.objects.filter(measure_id=measure_number(measure))
        found = Counter(
            (place, on, quantity, codes[unit])
            for place, on, quantity, unit in facts.values_list(
                "place_id", "happened_on", "quantity", "unit_id"
            )
        )
        office = measure not in funds.BY_BRANCHES
        assert found == Counter(
            (place, on, Decimal(yuan), "OFFICE" if office else f"EX-{place // 10**10}")
            for place in DESIGNATED
            for on, yuan in funds.arrivals(measure, place)
        )
    states = Counter(Project.objects.values_list("state", flat=True))
    assert states == {
        State.IDEA: 3, State.LIBRARY: 3, State.APPROVED: 3, State.BUILDING: 12, State.ACCEPTED: 3, State.CLOSED: 3,
    }  # fmt: skip
    assert Check.objects.filter(used="YES").count() == 3
    assert set(Batch.objects.values_list("state", flat=True)) == {"VERIFIED"}

    done = AuditEntry.objects.count()
    _load()
    assert AuditEntry.objects.count() == done
