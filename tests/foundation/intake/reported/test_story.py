"""A worked example that an officer can follow with paper: the fees that three branches waived add up to 约 1.2 亿.

The published figure is 约1.2亿元 of relief in 2019; the arithmetic behind it is 500,000 households × 20 yuan × 12 months
(DOMAIN.md §3). Here three branches waive it for 200,000, 180,000 and 121,000 households, so that the sum is not round.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bangfu.foundation.intake.reported.operations import (
    correct_reported,
    verify_reported_paper,
    withdraw_reported,
)
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.models import Batch
from bangfu.reporting.queries import figure
from tests.cast import CEHENG, Cast
from tests.foundation.intake.reported.reporting import Row, Sheet, facts, imported, record
from tests.foundation.review.looking import looked_at

YUNNAN_COUNTY = 530402000000


def relief(households: int) -> str:
    """Return a year's relief of so many households at 20 yuan a month."""
    return str(Decimal(households * 20 * 12))


@pytest.mark.django_db
class TestReliefOf2019:
    def test_three_branches_sum_to_the_published_figure(self, cast: Cast, tmp_path: Path) -> None:
        clerk, verifier = cast.act(cast.clerk), cast.act(cast.verifier)

        def report(unit: Unit, act: Act, reference: str, households: int, place: str) -> Batch:
            row = Row(
                reference, relief(households), place, date(2019, 12, 31), title=f"{households}户全年减免"
            )
            return imported(Sheet([row], name=f"{reference}.xlsx"), unit=unit, act=act, folder=tmp_path)

        guizhou = report(cast.guizhou, clerk, "GZ-2019", 200_000, "册亨县")
        yunnan = report(cast.yunnan, cast.act(cast.clerk_of_yunnan), "YN-2019", 180_000, "红塔区")
        group = report(cast.group, cast.act(cast.officer), "HQ-2019", 121_000, "沽源县")
        assert facts() == []

        for paper in (guizhou, yunnan, group):
            verify_reported_paper(batch=looked_at(paper, verifier), act=verifier)
        day, source = date(2019, 12, 31), "intake.reported"
        counted = [
            (Decimal(48_000_000), cast.guizhou.pk, CEHENG, "GZ-2019", day, source, "GZ-2019", 1, None),
            (Decimal(43_200_000), cast.yunnan.pk, YUNNAN_COUNTY, "YN-2019", day, source, "YN-2019", 1, None),
            (Decimal(29_040_000), cast.group.pk, 130724000000, "HQ-2019", day, source, "HQ-2019", 1, None),
        ]
        assert facts() == counted
        assert sum(fact[0] for fact in facts()) == Decimal(120_240_000)
        assert figure("tariffs.relief", period="2019").value == Decimal(120_240_000)
        assert str(figure("tariffs.relief", period="2019")) == "1.2亿元"
        assert figure("tariffs.relief", period="2019", unit=cast.yunnan).value == Decimal(43_200_000)
        assert figure("tariffs.relief", period="2020").value is None

        # The bills show 199,000 households: the fact is taken back, and counted again after a second review.
        correct_reported(
            record=record("GZ-2019"),
            quantity=Decimal(relief(199_000)),
            place=Place.objects.get(pk=CEHENG),
            happened_on=day,
            reason="wrong_quantity",
            remark="账单为199000户",
            act=clerk,
        )
        assert sum(fact[0] for fact in facts()) == Decimal(72_240_000)
        paper = Batch.objects.get(title="更正 扶贫套餐减免通信费 GZ-2019")
        verify_reported_paper(batch=looked_at(paper, verifier), act=verifier)
        assert sum(fact[0] for fact in facts()) == Decimal(120_000_000)

        # 云南's sum held a discount that every customer gets: it is withdrawn and counts no more.
        withdraw_reported(
            record=record("YN-2019"),
            reason="evidence_failed",
            remark="含全国统一优惠",
            act=cast.act(cast.clerk_of_yunnan),
        )
        assert facts() == [
            *counted,
            (Decimal(-48_000_000), cast.guizhou.pk, CEHENG, "GZ-2019", day, source, "GZ-2019", 1, "wrong_quantity"),
            (Decimal(47_760_000), cast.guizhou.pk, CEHENG, "GZ-2019", day, source, "GZ-2019", 2, None),
            (
                Decimal(-43_200_000), cast.yunnan.pk, YUNNAN_COUNTY, "YN-2019", day, source, "YN-2019", 1,
                "evidence_failed",
            ),
        ]  # fmt: skip
        assert sum(fact[0] for fact in facts()) == Decimal(76_800_000)
