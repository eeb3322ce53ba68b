"""Rollups: what sealed facts come to in each cell, and the blocks that are not in them yet. Derived, and built anew at will."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Cell(models.Model):
    """What the facts of one measure, month, county, unit and line come to, reversals included."""

    measure_id = models.SmallIntegerField()
    month = models.DateField()
    """Its first day."""
    place_id = models.BigIntegerField()
    """The county of the facts' places, or their place itself where it is none."""
    unit_id = models.BigIntegerField()
    line_id = models.SmallIntegerField(null=True)
    total = models.DecimalField(max_digits=24, decimal_places=4)
    facts = models.BigIntegerField()
    reversed = models.BigIntegerField()
    """How many of the facts take another back."""
    latest = models.BigIntegerField()
    """The newest fact's number."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure_id", "month", "place_id", "unit_id", "line_id"],
                name="ledger_one_cell",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["place_id"], name="ledger_cell_by_place"),
            # A branch's figure reads its own cells, not those of the whole programme.
            models.Index(fields=["measure_id", "unit_id", "month"], name="ledger_cells_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} in {self.month:%Y-%m} at {self.place_id}"


class Unrolled(models.Model):
    """A block whose facts are in no cell yet, from a position on; the sealer enters it, rolling up removes it."""

    block_id = models.BigIntegerField(primary_key=True)
    position = models.IntegerField(db_default=0)
    """The first fact that waits; those before it are in cells."""

    def __str__(self) -> str:
        return f"block {self.block_id}"
