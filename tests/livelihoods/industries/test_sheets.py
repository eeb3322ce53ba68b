"""The sheets: contracts and payments of households come in at once; faults are named row by row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.foundation.intake.operations import UnableToImport
from bangfu.foundation.intake.posting import coming
from bangfu.foundation.intake.queries import preview
from bangfu.livelihoods.industries.models import Contract, Payment
from bangfu.livelihoods.industries.operations import import_contracts, import_payments
from bangfu.livelihoods.industries.sheets import CONTRACTS_SHEET, PAYMENTS_SHEET
from tests.cast import Cast
from tests.livelihoods.industries.farmed import (
    OPERATOR,
    counted,
    facts,
    household,
    operator,
    refuses,
    verified,
)
from tests.livelihoods.projects.test_sheets import SLIP, received, said_of


@dataclass(frozen=True)
class Signed:
    """One contract as an office types it."""

    number: str = "HT-0001"
    industry: str = "CY-522327"
    operator: str = OPERATOR
    household: str = "CH-0001"
    village: str = "册亨县"
    mechanism: str = "分红"
    starts_on: str = "2019-03-01"
    last_day: str = "2020-02-29"
    promised_yuan: Any = 600
    mu: Any = ""
    evidence: str = SLIP[0]


@dataclass(frozen=True)
class Paid:
    """One payment as an office types it."""

    contract: str = "HT-0001"
    paid_on: str = "2019-12-20"
    amount_yuan: Any = 600
    receipt: str = "ICBC-1"
    kg: Any = ""
    market_yuan: Any = ""
    evidence: str = SLIP[0]


@pytest.mark.django_db
def test_contracts_and_payments_come_in_and_count(cast: Cast, tmp_path: Path) -> None:
    counted(cast)
    operator(cast)
    household(cast)
    household(cast, "CH-0002")
    act = cast.act(cast.clerk)
    rows = [Signed(), Signed("HT-0002", household="CH-0002", mechanism="务工", promised_yuan="", last_day="")]
    verified(cast, import_contracts(upload=received(cast, CONTRACTS_SHEET, rows, tmp_path), act=act))
    assert list(Contract.objects.order_by("number").values_list("mechanism", "promised_fen", "ends_on")) == [
        ("DIVIDEND", 60_000, Contract.objects.get(number="HT-0001").ends_on), ("WORK", None, None),
    ]  # fmt: skip

    bad = [
        Signed(),
        Signed("HT-3", household="CH-9"),
        Signed("HT-4", industry="NONE"),
        Signed("HT-5", operator="NONE"),
        Signed("HT-6", promised_yuan=""),
        Signed("HT-7"),
        Signed("HT-7"),
        replace(Signed(), mechanism="务工"),
    ]
    upload = received(cast, CONTRACTS_SHEET, bad, tmp_path, "二.xlsx")
    assert said_of(upload) == [
        (2, "number"), (3, "household"), (4, "industry"), (5, "operator"), (6, "promised_yuan"), (7, "number"),
        (8, "number"), (9, "number"),
    ]  # fmt: skip
    refuses(UnableToImport, "rows_refused", lambda: import_contracts(upload=upload, act=act))
    again = received(cast, CONTRACTS_SHEET, [Signed(), Signed("HT-8")], tmp_path, "三.xlsx")
    assert (preview(again).checked.same, preview(again).checked.new) == (1, 1)

    money = [Paid(), Paid("HT-0002", amount_yuan="1150.50")]
    sheet = received(cast, PAYMENTS_SHEET, money, tmp_path, "四.xlsx")
    to_come = coming(PAYMENTS_SHEET, preview(sheet).checked, sheet)
    verified(cast, import_payments(upload=sheet, act=act))
    assert sorted(zip(to_come["quantity"], to_come["party"], strict=True)) == sorted(
        (quantity, party) for _, quantity, _, _, party in facts()[1:]
    )
    assert sorted(to_come["quantity"]) == [Decimal(600), Decimal("1150.5")]
    assert {one.upload_id for one in Payment.objects.all()} == {sheet.pk}

    wrong = [
        Paid(amount_yuan=601),
        Paid(paid_on="2019-02-01", receipt="B"),
        Paid(paid_on="2020-03-01", receipt="C"),
        Paid("NONE"),
        Paid(amount_yuan=0, receipt="D"),
        Paid(),
    ]
    refused = received(cast, PAYMENTS_SHEET, wrong, tmp_path, "五.xlsx")
    assert said_of(refused) == [
        (2, "receipt"), (3, "paid_on"), (4, "paid_on"), (5, "contract"), (6, "amount_yuan"), (7, "receipt"),
    ]  # fmt: skip
