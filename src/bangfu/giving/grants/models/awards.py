"""Awards: what a pupil is granted, which commits money of the fund."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.applications import Application
from bangfu.giving.grants.models.programmes import Programme, School


class AwardState(models.TextChoices):
    """How far an award is."""

    AWARDED = "AWARDED", "awarded"
    PAYING = "PAYING", "being paid"
    PAID = "PAID", "paid"
    RETURNED = "RETURNED", "came back from the bank"
    LAPSED = "LAPSED", "lapsed"


AWARD_STATE_WORDS: dict[str, Words] = {
    AwardState.AWARDED.value: both("待发放", "To be paid"),
    AwardState.PAYING.value: both("发放中", "Being paid"),
    AwardState.PAID.value: both("已发放", "Paid"),
    AwardState.RETURNED.value: both("退汇", "Came back"),
    AwardState.LAPSED.value: both("已失效", "Lapsed"),
}
STANDING = (
    AwardState.AWARDED.value,
    AwardState.PAYING.value,
    AwardState.PAID.value,
    AwardState.RETURNED.value,
)
"""Of these a pupil has one a term: what came back is still granted, and is paid again or lapses."""


@pghistory.track(*every_version())
class Award(models.Model):
    """One pupil is granted the programme's amount for one term."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="award")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="awards")
    fund = models.ForeignKey("money.Fund", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """The pupil; its id is the party of facts."""
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The school's county, where it counts."""
    term = models.CharField(max_length=11)
    amount_fen = models.BigIntegerField()
    awarded_on = models.DateField()
    state = models.CharField(max_length=8, choices=AwardState.choices, default=AwardState.AWARDED)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "term"], condition=Q(state__in=STANDING), name="grants_one_award_a_term"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="grants_award_of_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "id"], name="grants_awards_by_state"),
            models.Index(fields=["fund", "state"], name="grants_awards_by_fund"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"award of {self.application_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the award are asked."""
        return Scope(unit=self.programme.unit_id, place=self.place_id)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return AWARD_STATE_WORDS[self.state]
