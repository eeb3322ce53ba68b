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

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from bangfu.foundation.evidence.models import Attachment, EvidenceKind, Use
from bangfu.foundation.evidence.queries import showable
from bangfu.foundation.evidence.thumbnails import thumbnail_of
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
    about = Q(pk__in=())
    for kind, keys in _by_kind(digests).items():
        about |= Q(subject_type=kind, subject_id__in=keys)
    back = reversals_in(question.selection).filter(reverses_id=OuterRef("pk"))
    visible = within_grants(question.account, VIEW_FACTS, question.today, has_line=True)
    facts = facts_within(question.selection).filter(
        about, visible, happened_on__lte=question.on, reverses_id__isnull=True
    )
    newest = (
        facts.filter(~Exists(back))
        .order_by("subject_type", "subject_id", "-happened_on", "-id")
        .distinct("subject_type", "subject_id")
    )
    shown = sorted(newest, key=lambda fact: (fact.happened_on, fact.pk), reverse=True) if digests else []
    return _pictures(
        (digests[fact.subject_type, fact.subject_id], fact.happened_on, f"/fact/{fact.pk}/evidence")
        for fact in shown
    )


def pictures_of(records: Sequence[tuple[int, int]], use: Use) -> list[Picture]:
    """Return the pictures of records, in the order of the records."""
    about = Q(pk__in=())
    for kind, keys in _by_kind(records).items():
        about |= Q(record_type=kind, record_id__in=keys)
    found: dict[tuple[int, int], list[Attachment]] = defaultdict(list)
    for one in _photographs(use).filter(about).order_by("id") if records else ():
        found[one.record_type, one.record_id].append(one)
    return _pictures(
        (one, None, reverse("evidence:about", args=[one.file_id]))
        for record in records
        for one in found.get(record, [])
    )


def _by_kind(records: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for kind, key in records:
        found[kind].append(key)
    return found


def _photographs(use: Use) -> QuerySet[Attachment]:
    photographs = Attachment.objects.filter(kind=EvidenceKind.PHOTO, file__in=showable(use))
    return photographs.select_related("file")


def _pictures(found: Iterable[tuple[Attachment, date | None, str]]) -> list[Picture]:
    """Return the first pictures that can be drawn, each once, with what their records are called."""
    chosen: dict[str, tuple[Attachment, date | None, str, Path]] = {}
    for one, day, address in found:
        if one.file_id in chosen:
            continue
        path = thumbnail_of(one.file_id, one.file.media_type)
        if path is not None:
            chosen[one.file_id] = (one, day, address, path)
        if len(chosen) == SHOWN:
            break
    kinds = _by_kind((one.record_type, one.record_id) for one, *_ in chosen.values())
    told = {kind: record_type(kind).summaries(keys) for kind, keys in kinds.items()}

    def caption(one: Attachment, day: date | None) -> str:
        summary = told[one.record_type].get(one.record_id)
        parts = [
            str(record_type(one.record_type).title), summary.title if summary else "", day.isoformat() if day else "",
        ]  # fmt: skip
        return " · ".join(part for part in parts if part)

    return [
        Picture(digest, path, caption(one, day), address)
        for digest, (one, day, address, path) in chosen.items()
    ]
