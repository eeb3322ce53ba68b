"""An office that declares: stations and grants of two branches, and texts to declare them by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.reporting import queries
from bangfu.reporting.own.models import OwnIndicator, Standing, Version, Withdrawal
from bangfu.reporting.own.operations import (
    approve_version,
    approve_withdrawal,
    declare_indicator,
    propose_withdrawal,
    revise_indicator,
    submit_version,
)
from bangfu.reporting.selection import read_selection
from tests.cast import CEHENG, GUYUAN, NOW
from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.kinds import party
from tests.reporting.story import Story

TEXT = """
code = "own.built"
valid_from = 2015-01-01
kind = "flow"
measure = "network.base_stations"
title = { zh = "新建基站（考核口径）", en = "Stations built as assessed" }
unit = { zh = "个", en = "stations" }
display = { scale = "1", decimals = 0, rounding = "half_up" }
scope_note = { zh = "以验收日期计入。", en = "Counted at acceptance." }
"""


def text(code: str = "own.built", **changes: str) -> str:
    """Return a declaration, the lines of some fields replaced; an empty value takes a field out."""
    lines = {line.split(" = ")[0]: line for line in TEXT.strip().splitlines()}
    lines["code"] = f'code = "{code}"'
    for name, value in changes.items():
        lines[name] = f"{name} = {value}"
        if not value:
            del lines[name]
    return "\n".join(lines.values()) + "\n"


@dataclass(frozen=True)
class Office:
    """The story whose officer declares and whose verifier approves."""

    story: Story

    def act(self, who: Account | None = None, *, key: str | None = None, at: datetime = NOW) -> Act:
        """Return an act of the officer, or of somebody else."""
        return Act(actor=who or self.story.cast.officer, at=at, key=key)

    @property
    def approving(self) -> Act:
        """An act of the verifier."""
        return self.act(self.story.cast.verifier)

    def declared(self, said: str = TEXT, **changes: Any) -> Version:
        """Draft an indicator."""
        given = {"unit": self.story.cast.group, "text": said, "act": self.act(), **changes}
        return declare_indicator(**given)

    def approved(self, version: Version) -> Standing:
        """Submit a draft and approve it."""
        submit_version(version=version, act=self.act())
        return approve_version(version=version, act=self.approving)

    def in_force(self, said: str = TEXT) -> OwnIndicator:
        """Declare an indicator and put it in force."""
        version = self.declared(said)
        self.approved(version)
        return version.indicator

    def revised(self, indicator: OwnIndicator, said: str) -> Standing:
        """Revise an indicator and put the revision in force."""
        version = revise_indicator(indicator=indicator, text=said, reason="考核办法改了", act=self.act())
        return self.approved(version)

    def withdrawn(self, indicator: OwnIndicator, on: date) -> Standing:
        """Withdraw an indicator from a day on."""
        return approve_withdrawal(withdrawal=self.proposed(indicator, on), act=self.approving)

    def proposed(self, indicator: OwnIndicator, on: date, who: Account | None = None) -> Withdrawal:
        """Propose to withdraw an indicator from a day on."""
        return propose_withdrawal(
            indicator=indicator, withdrawn_from=on, reason="不再考核", act=self.act(who)
        )


def value(code: str, period: str = "2019", **given: str) -> Decimal | None:
    """Return the value of an indicator."""
    return queries.figure_in(code, read_selection({"period": period, **given})).value


@pytest.fixture
def office(story: Story) -> Office:  # noqa: F811 - the fixture
    """Stations: 5 in 册亨 in 2019 and 3 in 2018, 2 of 云南 in 沽源 in 2019; grants of 100, 200 and 450 yuan to three pupils."""
    yunnan = story.cast.yunnan.pk
    story.stations(5, on=date(2019, 2, 1))
    story.stations(3, on=date(2018, 6, 1))
    story.stations(2, place=GUYUAN, unit=yunnan, on=date(2019, 3, 1))
    paid = declared_measures()["grants.paid"]
    for amount, on in ((100, date(2018, 3, 1)), (200, date(2019, 8, 1)), (450, date(2019, 3, 1))):
        story.post(paid, [amount], unit=None, place=CEHENG, on=on, parties=[party(amount)])
    return Office(story)
