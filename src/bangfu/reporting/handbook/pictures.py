"""Small pictures on a page: of the newest records with photographs in which nobody can be recognised, or everybody agreed.

What may be shown is decided by evidence at the moment of reading (decision 33). A picture carries no position; its link leads to
the evidence, which asks for ``evidence.view`` as ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from bangfu.foundation.evidence.models import Attachment, EvidenceKind, Use
from bangfu.foundation.evidence.queries import showable
from bangfu.foundation.evidence.thumbnails import thumbnail_of
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.rooms import record_type
from bangfu.reporting.facts import facts_within, reversals_in
from bangfu.reporting.handbook.asking import Question
from bangfu.reporting.room import VIEW_FACTS

SHOWN, LOOKED_AT = 6, 2000
MEDIA_TYPE = "image/webp"


@dataclass(frozen=True)
class Picture:
    """One small picture with what it is of."""

    digest: str
    path: Path
    caption: str
    address: str
    """The evidence behind it."""


def pictures_in(question: Question, use: Use) -> list[Picture]:
    """Return the pictures of the newest records with facts in a place, those that the reader may see."""
    digests: dict[tuple[int, int], Attachment] = {}
    for one in _photographs(use).order_by("-id")[:LOOKED_AT]:
        digests.setdefault((one.record_type, one.record_id), one)
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, key in digests:
        by_kind[kind].append(key)
    back = reversals_in(question.selection).filter(reverses_id=OuterRef("pk"))
    visible = within_grants(question.account, VIEW_FACTS, question.today, has_line=True)
    newest: list[Fact] = []
    for kind, keys in by_kind.items():
        facts = facts_within(question.selection).filter(
            visible,
            subject_type=kind,
            subject_id__in=keys,
            happened_on__lte=question.on,
            reverses_id__isnull=True,
        )
        newest += facts.filter(~Exists(back)).order_by("-happened_on", "-id")[: 4 * SHOWN]
    newest.sort(key=lambda fact: (fact.happened_on, fact.pk), reverse=True)
    once: dict[tuple[int, int], Fact] = {}
    for fact in newest:
        once.setdefault((fact.subject_type, fact.subject_id), fact)
    found = (
        _picture(digests[key], fact.happened_on, f"/fact/{fact.pk}/evidence") for key, fact in once.items()
    )
    return _first(found)


def pictures_of(records: Sequence[tuple[int, int]], use: Use) -> list[Picture]:
    """Return the pictures of records, in the order of the records."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, key in records:
        by_kind[kind].append(key)
    found: dict[tuple[int, int], list[Attachment]] = defaultdict(list)
    for kind, keys in by_kind.items():
        for one in _photographs(use).filter(record_type=kind, record_id__in=keys).order_by("id"):
            found[kind, one.record_id].append(one)
    return _first(
        _picture(one, None, reverse("evidence:about", args=[one.file_id]))
        for record in records
        for one in found.get(record, [])
    )


def _photographs(use: Use) -> QuerySet[Attachment]:
    photographs = Attachment.objects.filter(kind=EvidenceKind.PHOTO, file__in=showable(use))
    return photographs.select_related("file")


def _first(found: Iterable[Picture | None]) -> list[Picture]:
    shown: list[Picture] = []
    for one in found:
        if one is not None and one.digest not in {other.digest for other in shown}:
            shown.append(one)
        if len(shown) == SHOWN:
            break
    return shown


def _picture(attachment: Attachment, day: date | None, address: str) -> Picture | None:
    path = thumbnail_of(attachment.file_id, attachment.file.media_type)
    if path is None:
        return None
    kind = record_type(attachment.record_type)
    summary = kind.summaries([attachment.record_id]).get(attachment.record_id)
    parts = [str(kind.title), summary.title if summary else "", day.isoformat() if day else ""]
    return Picture(attachment.file_id, path, " · ".join(part for part in parts if part), address)
