"""The checklist of a product: what is asked for, and what was handed in for it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.suppliers.models.parties import Supply


class ItemKind(models.TextChoices):
    """What a product needs before it is sold."""

    LICENCE = "LICENCE", "licence"
    TEST = "TEST", "test report"
    PACKAGING = "PACKAGING", "packaging"
    BRAND = "BRAND", "brand or trademark"
    PICTURES = "PICTURES", "pictures"


ITEM_WORDS: dict[str, Words] = {
    ItemKind.LICENCE: both("生产许可或备案", "Licence"),
    ItemKind.TEST: both("检验报告", "Test report"),
    ItemKind.PACKAGING: both("包装", "Packaging"),
    ItemKind.BRAND: both("品牌商标", "Brand or trademark"),
    ItemKind.PICTURES: both("商品图片", "Pictures"),
}


class ProofState(models.TextChoices):
    """What became of what was handed in."""

    HANDED_IN = "HANDED_IN", "handed in"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"


PROOF_WORDS: dict[str, Words] = {
    ProofState.HANDED_IN: both("待核验", "Waiting for review"),
    ProofState.VERIFIED: both("已核验", "Verified"),
    ProofState.RETURNED: both("已退回", "Returned"),
}


@pghistory.track(*every_version())
class Item(models.Model):
    """What a supplied product needs: by when, and who sees to it; open until proof of it is verified and in force."""

    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    due_on = models.DateField()
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who sees to it; null: the supplier."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["supply", "kind"], name="suppliers_one_item_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=ItemKind.values), name="suppliers_item_kind_is_known"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.supply}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the item are asked."""
        return self.supply.scope


@pghistory.track(*every_version())
class Proof(models.Model):
    """Proof of an item, with its files; another person than who handed it in verifies it."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="proofs")
    number = models.CharField(max_length=80, blank=True)
    """Of the licence, report or trademark."""
    issuer = models.CharField(max_length=120, blank=True)
    """The authority or laboratory; never a person's name."""
    issued_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    """The last day on which it is in force; null: it does not lapse."""
    state = models.CharField(max_length=10, choices=ProofState.choices, default=ProofState.HANDED_IN)
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(max_length=300, blank=True)
    """Why it was given back."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ProofState.HANDED_IN, decided_by__isnull=True)
                | (
                    Q(state__in=[ProofState.VERIFIED, ProofState.RETURNED], decided_by__isnull=False)
                    & ~Q(decided_by=F("handed_in_by"))
                ),
                name="suppliers_proof_is_decided_by_another",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=F("issued_on")),
                name="suppliers_proof_period",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state=ProofState.HANDED_IN), name="suppliers_one_proof_waits"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"proof of {self.item}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the proof are asked."""
        return self.item.scope

    def is_in_force(self, on: date) -> bool:
        """Return whether it is verified and has not lapsed on a day."""
        return self.state == ProofState.VERIFIED and (self.expires_on is None or self.expires_on >= on)
