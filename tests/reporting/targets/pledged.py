"""A pledge of the group, drafted by the officer and approved by the verifier, with a scan of its document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.targets.models import Target, Version
from bangfu.reporting.targets.operations import (
    approve_pledge,
    draft_pledge,
    set_target,
    split_target,
    submit_pledge,
)
from bangfu.reporting.targets.rules import TargetDetails
from tests.cast import Cast

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
SIGNED = date(2020, 1, 15)
AT = datetime(2020, 7, 5, 2, tzinfo=UTC)
STATIONS = "network.base_stations"
CADRES = "training.cadres"
PUT_IN = "projects.put_in"


def act(actor: Account, *, key: str | None = None, at: datetime = AT) -> Act:
    """Return an act of July 2020."""
    return Act(actor=actor, at=at, key=key)


def drafted(cast: Cast, **said: Any) -> Version:
    """Return a draft of the group's pledge for 2020 with its document."""
    given: dict[str, Any] = {
        "unit": cast.group, "year": 2020, "title": "定点帮扶责任书", "document": "帮扶办〔2020〕1号", "signed_on": SIGNED,
        "files": (("pledge.pdf", PDF),),
    }  # fmt: skip
    return draft_pledge(**{**given, **said}, act=act(cast.officer))


def entered(
    cast: Cast, version: Version, indicator: str, quantity: int | str, unit: Unit | None = None, **said: Any
) -> Target:
    """Return a target that the officer entered into a draft."""
    details = TargetDetails(indicator=indicator, unit=unit or cast.group, quantity=Decimal(quantity), **said)
    return set_target(version=version, details=details, act=act(cast.officer))


def approved(cast: Cast, version: Version) -> Version:
    """Submit a draft and approve it."""
    submit_pledge(version=version, act=act(cast.officer))
    approve_pledge(version=version, act=act(cast.verifier))
    return version


def in_force(cast: Cast) -> Version:
    """Return an approved pledge: 100 stations, half by each province, and 40 cadres, 30 of them in Guizhou."""
    version = drafted(cast)
    whole = entered(cast, version, STATIONS, 100)
    split_target(version=version, target=whole, level="PROVINCE", by="even", act=act(cast.officer))
    entered(cast, version, CADRES, 40)
    entered(cast, version, CADRES, 30, cast.guizhou)
    return approved(cast, version)
