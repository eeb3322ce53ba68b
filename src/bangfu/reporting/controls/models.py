"""Control totals with their lines, reconciliations with their differences, and explanations; no row is ever changed."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.rooms import Words, both

DIGITS, DECIMALS = 20, 4
"""As fine as the ledger's quantities, so that shares of a fen add up."""


class Source(models.TextChoices):
    """Whose book the total is from."""

    GENERAL_LEDGER = "GENERAL_LEDGER", "general ledger"
    BILLING = "BILLING", "billing"
    BANK = "BANK", "bank"
    OTHER = "OTHER", "other"


SOURCE_WORDS: dict[str, Words] = {
    Source.GENERAL_LEDGER: both("总账", "general ledger"),
    Source.BILLING: both("计费", "billing"),
    Source.BANK: both("银行", "bank"),
    Source.OTHER: both("其他账", "another book"),
}


class DifferenceKind(models.TextChoices):
    """What differs."""

    AMOUNT = "AMOUNT", "amount differs"
    ONLY_OURS = "ONLY_OURS", "only ours"
    ONLY_THEIRS = "ONLY_THEIRS", "only theirs"


KIND_WORDS: dict[str, Words] = {
    DifferenceKind.AMOUNT: both("金额不同", "Amounts differ"),
    DifferenceKind.ONLY_OURS: both("只有本账", "Only ours"),
    DifferenceKind.ONLY_THEIRS: both("只有对方", "Only theirs"),
}


class Category(models.TextChoices):
    """Why there is a difference."""

    TIMING = "TIMING", "timing"
    CLASSIFICATION = "CLASSIFICATION", "classification"
    OUR_ERROR = "OUR_ERROR", "our error"
    THEIR_ERROR = "THEIR_ERROR", "their error"
    ROUNDING = "ROUNDING", "rounding"
    OTHER = "OTHER", "other"


CATEGORY_WORDS: dict[str, Words] = {
    Category.TIMING: both("入账时间不同", "Booked at another time"),
    Category.CLASSIFICATION: both("归类不同", "Classified otherwise"),
    Category.OUR_ERROR: both("本账有误，待冲正", "Our error, to be corrected"),
    Category.THEIR_ERROR: both("对方有误", "Their error"),
    Category.ROUNDING: both("尾差", "Rounding"),
    Category.OTHER: both("其他", "Other"),
}


class Ruling(models.TextChoices):
    """What another person says of an explanation."""

    APPROVED = "APPROVED", "approved"
    RETURNED = "RETURNED", "returned"


CHECK_DECISION = """
IF EXISTS (
    SELECT 1 FROM public.controls_explanation explained
     WHERE explained.id = NEW.explanation_id AND explained.given_by_id = NEW.decided_by_id) THEN
    RAISE EXCEPTION 'whoever explained a difference does not decide on it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class ControlTotal(AppendOnly):
    """What an outside book says of a money figure; a later revision of the same number takes its place."""

    number = models.IntegerField()
    revision = models.IntegerField()
    source = models.CharField(max_length=14, choices=Source.choices)
    account = models.CharField(max_length=120)
    """The account, report or statement it was read off, in words."""
    indicator = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    """Period, place, area, unit and line as the figure's address has them."""
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    """In yuan."""
    taken_on = models.DateField()
    """The day on which it stood so in the other book."""
    keys = models.CharField(max_length=60, blank=True)
    """By what its lines are kept: ``month``, ``unit``, ``place``, ``document``, parted by spaces; empty without lines."""
    remark = models.CharField(max_length=1000, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["indicator", "question"], name="controls_of_a_figure")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number", "revision"], name="controls_one_total_a_revision"),
            models.CheckConstraint(
                condition=Q(number__gte=1, revision__gte=1), name="controls_counted_from_one"
            ),
            models.CheckConstraint(condition=~Q(account=""), name="controls_names_its_account"),
        ]

    def __str__(self) -> str:
        return f"control total no. {self.number}, revision {self.revision}"

    @property
    def scope(self) -> Scope:
        """Where the figure lies."""
        return Scope(unit=self.unit_id, place=self.place_id, line=self.line_id)

    @property
    def source_words(self) -> Words:
        """Whose book it is, in words."""
        return SOURCE_WORDS[self.source]

    @property
    def line_keys(self) -> list[str]:
        """By what its lines are kept, in order."""
        return self.keys.split()


class ControlLine(AppendOnly):
    """One line of the outside book."""

    total = models.ForeignKey(ControlTotal, on_delete=models.PROTECT, related_name="lines")
    position = models.IntegerField()
    month = models.DateField(null=True)
    """Its first day."""
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["total", "position"], name="controls_one_line_a_position"),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of {self.total_id}"


class Reconciliation(AppendOnly):
    """A control total held against the figure as of a block."""

    total = models.ForeignKey(ControlTotal, on_delete=models.PROTECT, related_name="reconciliations")
    block = models.BigIntegerField()
    ours = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    matched = models.IntegerField()
    """Keys at which both books say the same."""
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(block__gte=1), name="controls_of_a_sealed_block"),
        ]

    def __str__(self) -> str:
        return f"reconciliation {self.pk}"


class Difference(AppendOnly):
    """One key at which the two books differ."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="differences")
    position = models.IntegerField()
    kind = models.CharField(max_length=11, choices=DifferenceKind.choices)
    month = models.DateField(null=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.CharField(max_length=200, blank=True)
    ours = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)
    theirs = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)
    first = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="again")
    """The first difference of the same total, key and amounts: explained once, it stays explained; null: this is it."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reconciliation", "position"], name="controls_one_difference_a_position"
            ),
            models.CheckConstraint(
                condition=Q(kind="AMOUNT", ours__isnull=False, theirs__isnull=False) & ~Q(ours=F("theirs"))
                | Q(kind="ONLY_OURS", ours__isnull=False, theirs__isnull=True)
                | Q(kind="ONLY_THEIRS", ours__isnull=True, theirs__isnull=False),
                name="controls_something_differs",
            ),
        ]

    def __str__(self) -> str:
        return f"difference {self.position} of {self.reconciliation_id}"

    @property
    def gap(self) -> Decimal:
        """Ours less theirs."""
        return (self.ours or Decimal(0)) - (self.theirs or Decimal(0))

    @property
    def kind_words(self) -> Words:
        """What differs, in words."""
        return KIND_WORDS[self.kind]

    @property
    def root_id(self) -> int:
        """The difference on which explanations and evidence hang."""
        return int(self.first_id or self.pk)


class Explanation(AppendOnly):
    """Why a difference is there, as somebody explains it; a later one takes the place of one that was returned."""

    difference = models.ForeignKey(Difference, on_delete=models.PROTECT, related_name="explanations")
    revision = models.IntegerField()
    category = models.CharField(max_length=14, choices=Category.choices)
    words = models.CharField(max_length=2000)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["difference", "revision"], name="controls_one_explanation_a_revision"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="controls_explained_in_words"),
        ]

    def __str__(self) -> str:
        return f"explanation {self.revision} of {self.difference_id}"

    @property
    def category_words(self) -> Words:
        """The reason in words."""
        return CATEGORY_WORDS[self.category]


class Decision(AppendOnly):
    """What another person says of an explanation."""

    explanation = models.OneToOneField(Explanation, on_delete=models.PROTECT, related_name="decision")
    ruling = models.CharField(max_length=8, choices=Ruling.choices)
    remark = models.CharField(max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="decision_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_DECISION,
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ruling="APPROVED") | ~Q(remark=""), name="controls_returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ruling} of {self.explanation_id}"
