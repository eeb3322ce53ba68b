"""What pages of other rooms show of corrections, each by one include."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words
from bangfu.reporting.corrections import queries
from bangfu.reporting.corrections.models import Answer, Correction, ErratumStep
from bangfu.reporting.corrections.room import VIEW
from bangfu.reporting.publications.models import PublishedFigure
from bangfu.reporting.publications.queries import Standing

register = template.Library()


@dataclass(frozen=True)
class Stands:
    """What a corrected figure said first, and says now."""

    position: int
    first: Words
    text: Words
    number: int
    """Of the erratum that it stands by."""


@dataclass(frozen=True)
class OfPublication:
    """What became of a published report."""

    errata: list[ErratumStep]
    standing: list[tuple[Words, Stands]]
    """Title and what stands of each corrected figure."""
    answers: list[Answer]


@dataclass(frozen=True)
class OfFigure:
    """What became of a published figure."""

    corrections: list[Correction]
    answers: list[Answer]

    @property
    def last(self) -> Correction | None:
        """The correction that holds; null: it stands as published."""
        return self.corrections[-1] if self.corrections else None

    @property
    def first(self) -> Words | None:
        """What was published; null as for the last."""
        return self.corrections[0].figure.old_text if self.corrections else None


@register.simple_tag
def corrections_of_publication(standing: Standing) -> OfPublication:
    """Return errata and answered letters of a published report."""
    publication = standing.publication
    corrected = queries.corrections_of(publication)
    titles = queries.titles_of(publication) if corrected else {}
    stands = [
        (
            titles[position],
            Stands(
                position=position,
                first=found[0].figure.old_text,
                text=found[-1].figure.new_text,
                number=found[-1].figure.erratum.step.number or 0,
            ),
        )
        for position, found in sorted(corrected.items())
    ]
    return OfPublication(queries.errata_of(publication), stands, queries.sent_answers(publication))


@register.simple_tag
def corrections_of_figure(figure: PublishedFigure) -> OfFigure:
    """Return corrections and answered letters of a published figure."""
    corrected = queries.corrections_of(figure.publication).get(figure.position, [])
    return OfFigure(corrected, queries.sent_answers(figure.publication, figure.position))


@register.simple_tag(takes_context=True)
def corrections_door(context: dict[str, Any]) -> bool:
    """Return whether the reader may enter the room of corrections."""
    user = context["request"].user
    return isinstance(user, Account) and allows(user, VIEW, Scope(), timezone.localdate())
