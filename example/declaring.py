"""The example's own indicators: one whose rule of assessment changed in 2020, and one that waits for approval."""

from __future__ import annotations

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.own.models import OwnIndicator, StepKind
from bangfu.reporting.own.operations import (
    approve_version,
    declare_indicator,
    revise_indicator,
    submit_version,
)
from bangfu.reporting.own.queries import newest_version, state_of
from example.papers import VERIFIER

OFFICER = "zhoumin"
ASSESSED, WAITING = "own.funds_assessed", "own.funds_gift_share"
FUNDS = """
code = "own.funds_assessed"
valid_from = 2015-01-01
kind = "flow"
measure = "projects.put_in"
title = { zh = "考核口径帮扶资金", en = "Funds as assessed" }
unit = { zh = "元", en = "yuan" }
display = { scale = "万", decimals = 0, rounding = "down" }
scope_note = { zh = "示例：2019年度考核只计投入的帮扶资金。", en = "Example: the assessment of 2019 counted funds put in alone." }
"""
REVISED = (
    FUNDS.replace("2015-01-01", "2020-01-01")
    .replace('measure = "projects.put_in"', 'measures = ["projects.put_in", "projects.brought_in"]')
    .replace("2019年度考核只计投入的帮扶资金", "2020年度起引进的无偿资金也计入")
    .replace(
        "the assessment of 2019 counted funds put in alone", "from 2020 on gifts brought in count as well"
    )
)
WHY = "2020年度考核办法把引进的无偿资金也计入（示例）"
SHARE = """
code = "own.funds_gift_share"
valid_from = 2020-01-01
kind = "ratio"
factor = 100
numerator = { kind = "flow", measure = "projects.brought_in" }
denominator = { kind = "flow", indicator = "own.funds_assessed" }
title = { zh = "引进资金占比", en = "Gifts in the funds as assessed" }
display = { scale = "%", decimals = 1, rounding = "down" }
scope_note = { zh = "示例：引进的无偿资金占考核口径帮扶资金的比重。", en = "Example: gifts brought in over funds as assessed." }
"""


def declare() -> None:
    """Declare, approve and revise the one, and submit the other, as far as that was not done."""
    root = root_unit()
    assert root is not None
    officer, verifier = (Account.objects.get(username=name) for name in (OFFICER, VERIFIER))
    if not OwnIndicator.objects.filter(code=ASSESSED).exists():
        declare_indicator(unit=root, text=FUNDS, act=Act.now(officer))
    _bring_to(ASSESSED, StepKind.APPROVED, officer, verifier)
    assessed = OwnIndicator.objects.get(code=ASSESSED)
    if newest_version(assessed.pk).number == 1:
        revise_indicator(indicator=assessed, text=REVISED, reason=WHY, act=Act.now(officer))
        _bring_to(ASSESSED, StepKind.APPROVED, officer, verifier)
    if not OwnIndicator.objects.filter(code=WAITING).exists():
        declare_indicator(unit=root, text=SHARE, act=Act.now(officer))
        _bring_to(WAITING, StepKind.SUBMITTED, officer, verifier)


def _bring_to(code: str, wanted: StepKind, officer: Account, verifier: Account) -> None:
    version = newest_version(OwnIndicator.objects.get(code=code).pk)
    if not state_of(version.pk):
        submit_version(version=version, act=Act.now(officer))
    if wanted == StepKind.APPROVED and state_of(version.pk) == StepKind.SUBMITTED:
        approve_version(version=version, act=Act.now(verifier))
