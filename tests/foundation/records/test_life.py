"""What a record's life says of how it came in, was corrected and withdrawn; its order is tested in the rooms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.people.models import Account
from bangfu.foundation.records import corrected, entered, quantity_words, reason_words, withdrawn
from bangfu.foundation.rooms import both

YUAN = Measure(code="toy.money", title=both("钱", "Money"), unit=both("元", "yuan"), decimals=2)


MORNING, NOON, EVENING = (datetime(2020, 7, 31, hour, tzinfo=UTC) for hour in (8, 12, 18))


def robot() -> Account:
    return Account(username="robot", title="机器", kind=Account.Kind.SYSTEM)


@dataclass
class Kept:
    """A correction, or a record that was withdrawn, as a room keeps it."""

    corrected_at: datetime = NOON
    reason: str = "wrong_place"
    remark: str = "县里来函"
    corrected_by: Account = field(default_factory=robot)
    withdrawn_at: datetime | None = EVENING
    withdrawn_by: Account | None = field(default_factory=robot)
    withdrawal_reason: str = "withdrawn"
    withdrawal_remark: str = "重报"


@pytest.mark.parametrize(
    ("quantity", "measure", "said"),
    [
        (Decimal("1234567.5"), YUAN, "1,234,567.50 元"),
        (Decimal("-3.0000"), None, "-3"),
    ],
)
def test_a_quantity_bears_its_unit(quantity: Decimal, measure: Measure | None, said: str) -> None:
    assert quantity_words(quantity, measure) == said


def test_how_it_came_in() -> None:
    by_hand = both("逐个登记", "By hand")
    assert entered(MORNING, robot(), sheet=None, by_hand=by_hand).words == by_hand
    assert entered(MORNING, robot(), sheet="甲.xlsx", by_hand=by_hand).words.zh == "从表格《甲.xlsx》导入"


def test_what_was_corrected_and_withdrawn() -> None:
    kept: Any = Kept()
    steps = [*corrected([kept]), *withdrawn(kept)]
    assert [(step.at, step.look, step.remark) for step in steps] == [
        (NOON, "back", "县里来函"), (EVENING, "back", "重报"),
    ]  # fmt: skip
    assert steps[0].words.zh == "地点有误，更正并重新提交"
    assert (steps[1].words.zh, steps[1].who) == ("记录已撤回，撤回", "机器")


def test_what_was_not_withdrawn_has_no_such_step() -> None:
    kept: Any = Kept(withdrawn_at=None, withdrawn_by=None)
    assert withdrawn(kept) == []
    assert reason_words("") is None
