"""What is kept for distinct counts: each party's net quantity by cell, and how many parties of each scope count. Derived."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models


class PartyCell(models.Model):
    """What the facts of one party come to in one measure, month, county and unit, reversals included."""

    pk = models.CompositePrimaryKey("measure_id", "party", "month", "place_id", "unit_id")
    measure_id = models.SmallIntegerField()
    party = models.UUIDField()
    month = models.DateField()
    """Its first day."""
    place_id = models.BigIntegerField()
    """As a cell has it."""
    unit_id = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    facts = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.party} of {self.measure_id} in {self.month:%Y-%m}"


class PlainCount(models.Model):
    """The parties whose facts of a period all lie in one county and with one unit, and what else a figure says of these two."""

    pk = models.CompositePrimaryKey("measure_id", "months", "starts_on", "unit_id", "place_id")
    measure_id = models.SmallIntegerField()
    months = models.SmallIntegerField()
    """How long the period is: 1, 3, 6 or 12; 0 of a stock, where it is by how much what stands changed in the month."""
    starts_on = models.DateField()
    unit_id = models.BigIntegerField()
    place_id = models.BigIntegerField()
    counted = models.BigIntegerField()
    """Those with a net quantity above zero."""
    appeared = models.BigIntegerField()
    """All of them; of a stock, those that have their first facts in the month."""
    facts = models.BigIntegerField()
    """Here every fact counts, whosever it is; likewise in what follows."""
    reversed = models.BigIntegerField()
    latest = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    """The net quantity of all parties."""
    nameless = models.BigIntegerField()
    """Facts without a party."""

    class Meta:
        indexes: ClassVar = [
            # What stands with a unit is the sum over all months.
            models.Index(
                fields=["measure_id", "unit_id"], condition=models.Q(months=0), name="ledger_plain_stock"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counted} of {self.measure_id} from {self.starts_on} at {self.place_id}"


class CountScope(models.IntegerChoices):
    """Where a shared party is counted; ``key`` says in which one."""

    ALL = 0
    PROVINCE = 1
    """By the whole part of the facts' place, likewise for the next two."""
    PREFECTURE = 2
    COUNTY = 3
    UNIT = 4
    """The unit that owns the facts, without those below it."""
    BRANCH = 5
    """A unit with all that stands below it, as ``Branch`` lists them."""


class SharedCount(models.Model):
    """The parties whose facts of a period lie in several counties or with several units, in one scope in which they stand."""

    pk = models.CompositePrimaryKey("measure_id", "scope", "months", "key", "starts_on")
    measure_id = models.SmallIntegerField()
    scope = models.SmallIntegerField(choices=CountScope.choices)
    months = models.SmallIntegerField()
    key = models.BigIntegerField()
    starts_on = models.DateField()
    counted = models.BigIntegerField()
    appeared = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.counted} of {self.measure_id} from {self.starts_on} in {self.key}"


class CountedMeasure(models.Model):
    """A measure whose parties are counted: one that has a fact with a party in a cell."""

    measure_id = models.SmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"measure {self.measure_id}"


class Branch(models.Model):
    """A unit and all that stood below it when its counts were made; they answer for this list alone."""

    unit_id = models.BigIntegerField(primary_key=True)
    units = ArrayField(models.BigIntegerField())
    """In order."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(units__len__gt=1), name="ledger_branch_has_some_below")
        ]

    def __str__(self) -> str:
        return f"unit {self.unit_id} with {len(self.units) - 1} below it"
