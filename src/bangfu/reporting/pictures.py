"""Pictures of reports: the first photograph under a figure, with a caption that its record gives.

A picture is evidence that hangs on a record. Only those are taken in which nobody can be recognised, or to which everybody
who can agreed, as evidence has it at this moment, whatever block the report is of. What is shown is the small picture, which
carries no position.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.models import Exists, OuterRef

from bangfu.foundation.evidence.models import Attachment, EvidenceKind, Use
from bangfu.foundation.evidence.queries import attachments_of, showable
from bangfu.foundation.evidence.thumbnails import thumbnail_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.reporting.facts import facts_in
from bangfu.reporting.periods import day_title
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection


@dataclass(frozen=True)
class Picture:
    """A photograph on the record of a fact."""

    digest: str
    path: Path
    """The small picture."""
    caption: Words
    """The record, the place by its name of the period's end, and the day."""
    address: str
    """The evidence page of its fact, on the way from the figure."""


def picture_of(code: str, selection: Selection, use: Use) -> Picture | None:
    """Return the first photograph under a figure, by day and fact, that may be shown for a use; null for none.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    indicator = indicator_of(code, selection)
    photographs = Attachment.objects.filter(
        record_type=OuterRef("subject_type"),
        record_id=OuterRef("subject_id"),
        kind=EvidenceKind.PHOTO,
        file__in=showable(use),
    )
    fact = (
        facts_in(indicator, selection)
        .filter(reverses_id__isnull=True)
        .exclude(pk__in=Fact.objects.filter(reverses_id__isnull=False).values("reverses_id"))
        .filter(Exists(photographs))
        .order_by("happened_on", "id")
        .first()
    )
    return None if fact is None else _picture_on(fact, code, selection, use)


def _picture_on(fact: Fact, code: str, selection: Selection, use: Use) -> Picture | None:
    kind = record_type(fact.subject_type)
    summary = kind.summaries([fact.subject_id]).get(fact.subject_id)
    photographs = attachments_of(fact.subject_type, [fact.subject_id]).filter(
        kind=EvidenceKind.PHOTO, file__in=showable(use)
    )
    drawn = ((one, thumbnail_of(one.file_id, one.file.media_type)) for one in photographs)
    found = next(((one, path) for one, path in drawn if path is not None), None)
    if summary is None or found is None:
        return None
    attachment, path = found
    place = selection.place_labels([fact.place_id]).get(fact.place_id, "")
    caption = both("{kind} {title}，{place}，{day}", "{kind} {title}, {place}, {day}").filled(
        kind=kind.title,
        title=summary.title,
        place=place,
        day=both(day_title(fact.happened_on, "zh"), day_title(fact.happened_on, "en")),
    )
    trail = selection.query(figure=code)
    return Picture(attachment.file_id, path, caption, f"/fact/{fact.pk}/evidence?{trail}")
