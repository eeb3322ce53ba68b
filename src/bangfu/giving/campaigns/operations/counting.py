"""What gifts count in the ledger of figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars

from bangfu.foundation.ledger.operations import NewFacts, post_many, post_new, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import record_type
from bangfu.giving.campaigns.measures import PARTICIPATIONS, RAISED, RED_SCARF_RAISED
from bangfu.giving.campaigns.models import Campaign
from bangfu.giving.campaigns.register import BANK, BANK_LINE_TYPE, GIFT_TYPE, GIFTS


@dataclass(frozen=True, slots=True)
class Counted:
    """A record that counts: its key, whose it is, where and when."""

    key: int
    unit: int
    place: int
    on: date
    fen: int = 0
    source: str = ""
    """Empty: the key."""


def _frame(rows: Sequence[Counted], quantities: list[int]) -> polars.DataFrame:
    return polars.DataFrame(
        {
            "quantity": polars.Series(quantities, dtype=polars.Int64).cast(polars.Decimal(20, 4)),
            "unit": [row.unit for row in rows],
            "place": [row.place for row in rows],
            "on": [row.on for row in rows],
            "subject": [row.key for row in rows],
            "source_id": [row.source or str(row.key) for row in rows],
        }
    )


def count_participations(
    campaign: Campaign, rows: Sequence[Counted], *, are_new: bool = False, act: Act
) -> None:
    """Count gifts, each as one participation, on its day, by the giver's branch; those to a red-scarf drive are none.

    Args:
        are_new: the open operation just made them: nobody looks for what they counted before.

    Posts: ``campaigns.participations``.
    """
    if not rows or campaign.is_red_scarf:
        return
    kind = record_type(GIFT_TYPE)
    if are_new and all(row.on == act.on for row in rows):
        facts = NewFacts(
            quantities=[Decimal(1)] * len(rows),
            units=[row.unit for row in rows],
            places=[row.place for row in rows],
            subjects=[row.key for row in rows],
            sources=[row.source or str(row.key) for row in rows],
        )
        post_new(PARTICIPATIONS, facts, record_type=kind, system=GIFTS, act=act)
    else:
        post_many(PARTICIPATIONS, _frame(rows, [1] * len(rows)), record_type=kind, system=GIFTS, act=act)


def count_raised(campaign: Campaign, rows: Sequence[Counted], *, of_bank: bool, act: Act) -> None:
    """Count money that arrived on an account of the charity.

    Posts: ``campaigns.raised``, of a red-scarf drive ``campaigns.red_scarf_raised``, yuan, on the day it arrived.
    """
    if not rows:
        return
    frame = _frame(rows, [row.fen for row in rows]).with_columns(quantity=polars.col("quantity") / 100)
    kind = record_type(BANK_LINE_TYPE if of_bank else GIFT_TYPE)
    measure = RED_SCARF_RAISED if campaign.is_red_scarf else RAISED
    post_many(measure, frame, record_type=kind, system=BANK if of_bank else GIFTS, act=act)


def uncount_gifts(gifts: list[int], *, act: Act) -> None:
    """Take back what gifts count.

    Posts: a reversal of each of their facts that stands.
    """
    facts = standing_facts_of(GIFT_TYPE, gifts)
    if facts:
        reverse_many(facts, reason="withdrawn", act=act)
