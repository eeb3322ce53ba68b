"""Grades by unit and year: which hold, what they corrected, and whether self-assessment and evaluation differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from bangfu.foundation.evidence.models import Attachment
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.reporting.targets.models import MARKS_IN_ORDER, Grade, GradeKind

GRADE_TYPE = 97


@dataclass(frozen=True)
class Graded:
    """The grades of one unit for one year."""

    unit: Unit
    year: int
    by_itself: tuple[Grade, ...]
    """Self-assessments, the one that holds last."""
    returned: tuple[Grade, ...]
    """What the evaluation returned, the one that holds last."""

    @property
    def own(self) -> Grade | None:
        """The self-assessment that holds."""
        return self.by_itself[-1] if self.by_itself else None

    @property
    def given(self) -> Grade | None:
        """The returned grade that holds."""
        return self.returned[-1] if self.returned else None

    @property
    def steps_apart(self) -> int | None:
        """By how many grades the evaluation is below the self-assessment; negative where it is above; null without both."""
        if self.own is None or self.given is None:
            return None
        order = [str(mark) for mark in MARKS_IN_ORDER]
        return order.index(self.given.mark) - order.index(self.own.mark)


def grades_of(units: Iterable[int], *, year: int | None = None) -> list[Graded]:
    """Return the grades of units, the newest year first."""
    found = Grade.objects.filter(unit__in=list(units)).select_related("unit", "recorded_by__person__key")
    if year is not None:
        found = found.filter(year=year)
    together: dict[tuple[int, int], list[Grade]] = {}
    for one in found.order_by("-year", "unit__path", "kind", "number"):
        together.setdefault((one.year, one.unit_id), []).append(one)
    return [
        Graded(
            grades[0].unit,
            given,
            tuple(one for one in grades if one.kind == GradeKind.SELF),
            tuple(one for one in grades if one.kind == GradeKind.RETURNED),
        )
        for (given, _), grades in together.items()
    ]


def evidence_of_grades(found: Iterable[Graded]) -> dict[int, list[Attachment]]:  # by grade
    """Return the documents of grades, each in the order attached."""
    keys = [one.pk for graded in found for one in (*graded.by_itself, *graded.returned)]
    attached: dict[int, list[Attachment]] = {key: [] for key in keys}
    for one in attachments_of(GRADE_TYPE, keys):
        attached[one.record_id].append(one)
    return attached


def grade_address(key: int) -> str:
    """Return the page on which a grade stands."""
    unit, year = Grade.objects.values_list("unit", "year").get(pk=key)
    return f"{reverse('targets:grades')}?year={year}#unit-{unit}"


def grade_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what is said of grades elsewhere."""
    found = Grade.objects.filter(pk__in=keys).select_related("unit")
    return {
        one.pk: RecordSummary(
            title=f"{one.unit.name} {one.year}",
            rows=(
                (both("等次", "Grade"), str(one.words)),
                (both("评定", "Given by"), one.given_by),
                (both("文号", "Document"), one.document),
                (both("日期", "Given on"), one.given_on.isoformat()),
            ),
        )
        for one in found
    }


def units_of_grades(keys: list[int]) -> dict[int, int]:
    """Return whose grade each is."""
    return dict(Grade.objects.filter(pk__in=keys).values_list("pk", "unit"))
