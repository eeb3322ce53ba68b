"""Grants paid in two months by two branches, and what the general ledger says of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.reporting.controls.models import ControlTotal, Source
from bangfu.reporting.controls.operations import enter_total
from bangfu.reporting.selection import Selection, read_selection
from tests.cast import CEHENG, GUYUAN, NOW
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.story import Story

PAID = "grants.paid"


@dataclass(frozen=True)
class Books:
    """The story with grants, and the figure they make: 4,750.50 yuan."""

    story: Story
    facts: list[int]
    block: int

    def act(self, who: Account | None = None, key: str | None = None) -> Act:
        """Return an act of the officer, or of somebody else."""
        return Act(actor=who or self.story.cast.officer, at=NOW, key=key)

    def selection(self, **asked: str) -> Selection:
        """Return the question of the figure."""
        return read_selection({"period": "2019", **asked})

    def entered(self, amount: str = "4000.50", **said: object) -> ControlTotal:
        """Enter what the general ledger says of the grants paid in 2019."""
        given = {
            "indicator": PAID, "selection": self.selection(), "source": Source.GENERAL_LEDGER,
            "account": "6711.03 对外捐赠", "amount": Decimal(amount), "taken_on": date(2020, 7, 1), "act": self.act(),
            **said,
        }  # fmt: skip
        return enter_total(**given)

    def uploaded(self, *rows: str, who: Account | None = None) -> Upload:
        """Upload lines: rows of CSV under the layout's headings."""
        heading = "控制数号,月份,单位代码,地区,单据号,金额（元）"
        content = "\n".join([heading, *rows, ""]).encode()
        return receive_upload(
            layout="controls.lines",
            unit=self.story.cast.group,
            name="明细.csv",
            content=content,
            act=self.act(who),
        )


@pytest.fixture
def books(story: Story) -> Books:  # noqa: F811
    """The story with grants, rolled back after the test."""
    return entered(story)


def entered(story: Story) -> Books:  # noqa: F811
    """Enter that Guizhou paid 1,000.50 and 2,000 in May and 750 in June, Yunnan 1,000 in June; 600 of May were taken back."""
    paid, cast = declared_measures()[PAID], story.cast
    facts = [
        *story.post(
            paid,
            [Decimal("1000.50"), Decimal(2_000), Decimal(600)],
            unit=None,
            place=CEHENG,
            on=date(2019, 5, 4),
        ),
        *story.post(paid, [Decimal(750)], unit=None, place=CEHENG, on=date(2019, 6, 4)),
        *story.post(paid, [Decimal(1_000)], unit=cast.yunnan.pk, place=GUYUAN, on=date(2019, 6, 5)),
    ]
    story.reverse(facts[2])
    return Books(story, facts, story.seal())
