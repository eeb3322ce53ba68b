"""Grants paid in one year: small ones, large ones, one taken back and one booked twice as large as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Act, system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import enter_person
from bangfu.reporting.sampling.models import Announcement, Draw, Method, SampledFact, Verdict, VerdictKind
from bangfu.reporting.sampling.operations import announce_audit, draw_sample, record_verdict
from bangfu.reporting.selection import Selection, read_selection
from tests.cast import CEHENG, FOUNDED, NOW
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.publications.conftest import verify_all
from tests.reporting.story import Story

PAID = "grants.paid"
SMALL, LARGE = 40, 5
"""Grants of 500 yuan, and of 10,000."""


@dataclass(frozen=True)
class Audited:
    """The story with grants, as of its block."""

    story: Story
    other_auditor: Account
    facts: list[int]
    block: int

    def act(self, who: Account | None = None, key: str | None = None) -> Act:
        """Return an act of the auditor, or of somebody else."""
        return Act(actor=who or self.story.cast.auditor, at=NOW, key=key)

    def selection(self, **asked: str) -> Selection:
        """Return the question of the audited figure."""
        return read_selection({"period": "2019", "as_of": str(self.block), **asked})

    def announced(self, **said: object) -> Announcement:
        """Announce an audit of the grants paid in 2019."""
        given = {
            "indicator": PAID, "selection": self.selection(), "method": Method.MONETARY, "confidence": 95,
            "tolerable": Decimal(12_000), "act": self.act(), **said,
        }  # fmt: skip
        return announce_audit(**given)

    def drawn(self, **said: object) -> Draw:
        """Announce, seal and draw."""
        announcement = self.announced(**said)
        self.story.seal()
        return draw_sample(announcement=announcement, act=self.act())

    def agree(self, sampled: SampledFact, who: Account | None = None) -> Verdict:
        """Find a sampled fact in order."""
        return record_verdict(sampled=sampled, kind=VerdictKind.AGREES, act=self.act(who))


@pytest.fixture
def audited(story: Story) -> Audited:  # noqa: F811
    """The story with grants, rolled back after the test."""
    return entered(story)


def entered(story: Story) -> Audited:  # noqa: F811
    """Enter forty small grants and five large ones in 册亨, one small one taken back, and one that was returned to the fund."""
    paid = declared_measures()[PAID]
    on = date(2019, 5, 4)
    small = story.post(paid, [Decimal(500)] * SMALL, unit=None, place=CEHENG, on=on)
    large = story.post(paid, [Decimal(10_000)] * LARGE, unit=None, place=CEHENG, on=on)
    story.post(paid, [Decimal(-300)], unit=None, place=CEHENG, on=on)
    story.reverse(small[0])
    verify_all()
    with system_writes("the house has a second auditor"):
        other = Account(username="qinshu", person=enter_person(name="秦书"))
        other.set_password("x")
        other.save()
        RoleGrant.objects.create(account=other, role="auditor", unit=story.cast.group, starts_on=FOUNDED)
    return Audited(story, other, [*small[1:], *large], story.seal())
