"""A live sale as an event: sessions with their run-sheets, and ambassadors."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.operations.periods import one_at_a_moment
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.catalogue import Product
from bangfu.livelihoods.shop.models.sales import LiveSale


@pghistory.track(*every_version())
class Ambassador(models.Model):
    """Somebody who speaks for one product in a live sale for a while 直播代言, with their consent and what they may say.

    What was ordered of the product meanwhile is shown for the ambassador's province, never for the person.
    """

    sale = models.ForeignKey(LiveSale, on_delete=models.PROTECT, related_name="ambassadors")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """Who it is; the name is kept there alone."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Whose ambassador: its place is the province for which the value is shown."""
    post_zh = models.CharField(max_length=80)
    post_en = models.CharField(max_length=120)
    """What everybody may read of who it is."""
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="ambassadors")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    """Half-open; whole minutes."""
    claims_zh = models.TextField()
    claims_en = models.TextField()
    """What may be said of the product, as it is shown to everybody once it is approved."""
    script = models.TextField(blank=True)
    """What is said before the camera, word by word or in notes; staff read it."""
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who, other than whoever wrote them last, approved claims and script; null = nobody yet."""
    consented_on = models.DateField()
    """When the person agreed, on paper, that they are shown."""
    withdrawn_on = models.DateField(null=True)
    """When the consent was withdrawn; null = it stands."""
    consent_ends_on = models.DateField(null=True)
    """From which day on the consent holds no more; null = until it is withdrawn."""
    picture = models.ForeignKey(
        "evidence.EvidenceFile", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The portrait for the public page, which shows it while it may; null = none."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    """Who wrote claims and script last."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(post_zh="") & ~Q(post_en="") & ~Q(claims_zh="") & ~Q(claims_en=""),
                name="shop_ambassador_is_described",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shop_ambassador_stays"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("entered_by"))),
                name="shop_claims_are_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(consent_ends_on__isnull=True) | Q(consent_ends_on__gt=F("consented_on")),
                name="shop_consent_ends_after_it_was_given",
            ),
            one_at_a_moment("shop_one_ambassador_a_product", "sale_id", "product_id"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"ambassador {self.pk}"

    @property
    def post(self) -> Words:
        """What everybody may read of who it is."""
        return both(self.post_zh, self.post_en)

    @property
    def claims(self) -> Words:
        """What may be said of the product, in both languages."""
        return both(self.claims_zh, self.claims_en)

    def is_shown(self, on: date) -> bool:
        """Return whether everybody may read of the ambassador on a day: claims approved, consent given, neither ended nor
        withdrawn."""
        ended = self.consent_ends_on is not None and self.consent_ends_on <= on
        return (
            self.approved_at is not None
            and self.withdrawn_on is None
            and self.consented_on <= on
            and not ended
        )

    @property
    def scope(self) -> Scope:
        """Where permissions for the ambassador are asked."""
        return self.sale.scope


@pghistory.track(*every_version())
class Session(models.Model):
    """A part of a live sale 场次, with whoever hosts it."""

    sale = models.ForeignKey(LiveSale, on_delete=models.PROTECT, related_name="sessions")
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    host = models.ForeignKey(Ambassador, null=True, on_delete=models.PROTECT, related_name="hosted")
    """Which ambassador hosts it; null = nobody of them."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title_zh="") & ~Q(title_en=""), name="shop_session_is_described"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shop_session_lasts"),
            one_at_a_moment("shop_one_session_at_a_time", "sale_id"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> Words:
        """What it is called, in both languages."""
        return both(self.title_zh, self.title_en)

    @property
    def scope(self) -> Scope:
        """Where permissions for the session are asked."""
        return self.sale.scope


class RunItem(models.Model):
    """One line of a session's run-sheet 流程单: what happens from when on. The sheet is written anew as a whole."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="items")
    starts_at = models.DateTimeField()
    what = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(what=""), name="shop_run_item_says_something"),
            models.UniqueConstraint(fields=["session", "starts_at"], name="shop_one_run_item_a_moment"),
        ]

    def __str__(self) -> str:
        return self.what
