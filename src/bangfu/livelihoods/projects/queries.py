"""What others may read of projects and their money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.projects.checking import Due, last_day_accepted
from bangfu.livelihoods.projects.models import (
    YEARS,
    Acceptance,
    Budget,
    Check,
    Kind,
    Movement,
    MovementState,
    Project,
)
from bangfu.livelihoods.projects.register import MOVEMENT_TYPE
from bangfu.livelihoods.projects.stages import Stages


def projects() -> QuerySet[Project]:
    """Return every project with its ``budget`` and what was ``received``, verified, of all sources, in fen."""
    budget = Budget.objects.filter(project=OuterRef("pk")).values("project")
    arrived = Movement.objects.filter(
        project=OuterRef("pk"), kind=Kind.RECEIVED, confirmed_at__isnull=False
    ).values("project")
    return Project.objects.annotate(
        budget=Coalesce(Subquery(budget.annotate(sum=Sum("amount_fen")).values("sum")), Value(0)),
        received=Coalesce(Subquery(arrived.annotate(sum=Sum("amount_fen")).values("sum")), Value(0)),
    ).select_related("unit")


def movements() -> QuerySet[Movement]:
    """Return every movement, withdrawn ones too, with the ``state`` of its review."""
    review = Review.objects.filter(record_type=MOVEMENT_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return Movement.objects.annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(MovementState.WITHDRAWN.value)),
            default=reviewed,
        )
    ).select_related("project__unit")


def stages_of(projects: list[int]) -> dict[int, dict[str, Stages]]:
    """Return the money of projects: ``dict[project, dict[source, stages]]``; a source without budget and money is absent."""
    found: dict[int, dict[str, Stages]] = defaultdict(lambda: defaultdict(Stages))
    for project, source, amount in Budget.objects.filter(project__in=projects).values_list(
        "project", "source", "amount_fen"
    ):
        found[project][source].budget = amount
    sums = (
        Movement.objects.filter(project__in=projects, withdrawn_at__isnull=True)
        .values("project", "source", "kind")
        .annotate(
            living=Sum("amount_fen"),
            counted=Coalesce(Sum("amount_fen", filter=Q(confirmed_at__isnull=False)), Value(0)),
        )
    )
    for one in sums:
        stages = found[one["project"]][one["source"]]
        stages.living[one["kind"]] = one["living"]
        stages.counted[one["kind"]] = one["counted"]
    return {project: dict(sources) for project, sources in found.items()}


def checks_of(projects: QuerySet[Project], today: date) -> list[Due]:
    """Return the checks of projects that are due by a day, made or not, the longest due first."""
    accepted = Acceptance.objects.filter(project__in=projects.order_by().values("pk"))
    found = [
        (one, year)
        for year in YEARS
        for one in accepted.filter(accepted_on__lte=last_day_accepted(today, year)).select_related(
            "project__unit"
        )
    ]
    made = Check.objects.filter(project__in={one.project_id for one, _ in found}).order_by("revision")
    latest = {(check.project_id, check.year): check for check in made}
    due = [Due(one, year, latest.get((one.project_id, year))) for one, year in found]
    return sorted(due, key=lambda one: (one.due_on, one.acceptance.project_id))


def due_checks(projects: QuerySet[Project], today: date) -> list[Due]:
    """Return the checks of projects that are due by a day and were not made, the longest due first."""
    return [one for one in checks_of(projects, today) if one.check is None]


def facets_of_movements(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place`` and ``quantity`` (yuan) of movements, by key, for whoever reviews them."""
    schema = {
        "record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64, "quantity": polars.Float64,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT movement.id, movement.happened_on, project.place_id, (movement.amount_fen / 100.0)::float8"
            "  FROM projects_movement movement JOIN projects_project project ON project.id = movement.project_id"
            " WHERE movement.id = ANY(%s) ORDER BY movement.id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


SORTS = {
    "code": ("code",),
    "title": ("title_zh", "pk"),
    "unit": ("unit__path", "code"),
    "place": ("place_id", "code"),
    "starts": ("starts_on", "pk"),
    "budget": ("budget", "pk"),
    "received": ("received", "pk"),
}


@dataclass(frozen=True)
class ProjectFilter:
    """What a list of projects is narrowed to; null or empty = not narrowed."""

    text: str = ""
    """Part of a code, a title, a plan's title or number, or a unit's name."""
    revitalisation: str = ""
    state: str = ""
    source: str = ""
    """With a budget of that source."""
    year: int | None = None
    """In which it was planned to begin."""
    place: int | None = None
    """There, or in anything in it."""
    sort: str = "starts"
    descending: bool = True

    def apply(self, rows: QuerySet[Project]) -> QuerySet[Project]:
        """Return the projects that pass, in order."""
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        if self.revitalisation:
            rows = rows.filter(revitalisation=self.revitalisation)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.source:
            with_it = Budget.objects.filter(source=self.source, amount_fen__gt=0).values("project")
            rows = rows.filter(pk__in=with_it)
        if self.year is not None:
            rows = rows.filter(starts_on__gte=date(self.year, 1, 1), starts_on__lt=date(self.year + 1, 1, 1))
        if self.text:
            names = (
                "code",
                "title_zh",
                "title_en",
                "plan_title",
                "plan_number",
                "unit__name_zh",
                "unit__name_en",
            )
            within = Q()
            for name in names:
                within |= Q(**{f"{name}__icontains": self.text})
            rows = rows.filter(within)
        keys = SORTS.get(self.sort, SORTS["starts"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))
