"""What others may read of publications."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words
from bangfu.reporting.publications.models import (
    STATE_WORDS,
    Publication,
    PublishedFact,
    Step,
    StepKind,
)


@dataclass(frozen=True)
class Standing:
    """A publication and how far it is."""

    publication: Publication
    steps: tuple[Step, ...]
    """In the order they were taken."""

    @property
    def last(self) -> Step | None:
        """The last step; null while it waits for approval."""
        return self.steps[-1] if self.steps else None

    @property
    def state(self) -> str:
        """A ``StepKind``, or nothing while it waits for approval."""
        return self.last.kind if self.last else ""

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATE_WORDS[self.state]

    @property
    def number(self) -> int | None:
        """Its number; null until it is frozen."""
        return self.last.number if self.last else None

    @property
    def heading(self) -> Words:
        """What the report is called."""
        return Words(self.publication.heading_zh, self.publication.heading_en)

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has still to decide on it."""
        return not self.steps

    @property
    def is_approved(self) -> bool:
        """Whether it was approved and has still to be frozen."""
        return self.state == StepKind.APPROVED

    def may_be_decided_by(self, account: Account) -> bool:
        """Return whether an account, if it has the permission, may decide: another than the one that prepared it."""
        return self.is_waiting and account.pk != self.publication.prepared_by_id


def standings() -> list[Standing]:
    """Return all publications with their steps, the newest first."""
    found = (
        Publication.objects.select_related("prepared_by__person__key")
        .prefetch_related("steps")
        .order_by("-id")
    )
    return [_standing(one) for one in found.defer("text", "party_key")]


def standing_of(key: int) -> Standing:
    """Return one publication with its steps.

    Raises: Publication.DoesNotExist: there is none.
    """
    return _standing(Publication.objects.select_related("prepared_by__person__key").get(pk=key))


def frozen_standing(number: int) -> Standing:
    """Return the publication with this number.

    Raises: Publication.DoesNotExist: none was frozen under it.
    """
    return _standing(Publication.objects.get(steps__number=number))


def waiting_publication(report: str, *, is_approved: bool) -> Publication | None:
    """Return the newest publication of a report that waits for approval, or was approved and waits to be frozen."""
    for one in standings():
        if one.publication.report == report and (one.is_approved if is_approved else one.is_waiting):
            return one.publication
    return None


def fact_count(publication: Publication) -> int:
    """Return how many facts stand under the figures of a publication."""
    return PublishedFact.objects.filter(publication=publication).count()


def _standing(one: Publication) -> Standing:
    return Standing(one, tuple(sorted(one.steps.all(), key=lambda step: step.pk)))
