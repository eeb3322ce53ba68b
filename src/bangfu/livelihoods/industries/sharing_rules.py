"""What makes contracts of households and payments under them acceptable, one by one or as thousands of rows. Reads, never writes.

Everything that is known is looked up once for all rows, and the rows are judged together, column by column.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.households.models import Household
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.models import (
    FIRST_DAY,
    MECHANISM_WORDS,
    PROMISED,
    WEIGHED,
    Contract,
    Industry,
    Operator,
    Payment,
)
from bangfu.livelihoods.industries.rules import AHEAD, BACKWARDS, CODE_FORM, EARLY, IDENTITY, NOT_IN_FORCE
from bangfu.livelihoods.reviewed import CODE, LIVING

INT, TEXT, DAY, MONEY = polars.Int64, polars.String, polars.Date, polars.Decimal(20, 2)
CONTRACT_ROW: dict[str, Any] = {
    "row": INT, "number": TEXT, "household": TEXT, "village": INT, "industry": TEXT, "operator": TEXT, "mechanism": TEXT,
    "starts_on": DAY, "last_day": DAY, "promised_yuan": MONEY, "mu": MONEY,
}  # fmt: skip
"""What is said of contracts: codes and numbers as people write them, the village by its number."""
PAYMENT_ROW: dict[str, Any] = {
    "row": INT,
    "contract": TEXT,
    "paid_on": DAY,
    "amount_yuan": MONEY,
    "receipt": TEXT,
    "kg": MONEY,
    "market_yuan": MONEY,
}
"""What is said of payments."""


class UnableToShare(Refusal):
    """Codes: ``code_form``, ``identity_number``, ``unknown_industry``, ``not_in_force``, ``unknown_operator``,
    ``unknown_household``, ``other_village``, ``outside_county``, ``backwards``, ``too_early``, ``promise_missing``,
    ``amount``, ``number_taken``, ``twice_in_sheet``, ``evidence_missing``, ``unknown_contract``, ``contract_waits``,
    ``before_contract``, ``after_contract``, ``in_the_future``, ``receipt_missing``, ``receipt_taken``, ``taken_meanwhile``,
    ``not_verified``, ``paid_later``, ``weight_missing``, ``weight_of_purchase``."""

    sentences = {
        "code_form": CODE_FORM,
        "identity_number": IDENTITY,
        "unknown_industry": both(
            "本单位及下属单位没有编号为「{text}」的产业。",
            "Neither your unit nor one below it has an industry {text}.",
        ),
        "not_in_force": NOT_IN_FORCE,
        "unknown_operator": both(
            "没有执照号为「{text}」的经营主体。请先登记。",
            "No operator has the licence {text}. Register it first.",
        ),
        "unknown_household": both(
            "户籍登记册里没有户编号「{text}」。请先在“农户”里登记；这里不写姓名。",
            "The register of households has no number {text}. Register the household first; no names here.",
        ),
        "other_village": both(
            "登记册里这一户在{place}，不在表里写的村。一户不会同时在两个村，请核对户编号。",
            "The register has this household in {place}, not in the village given. No household is in two villages; check the"
            " number.",
        ),
        "outside_county": both(
            "农户不在产业所在的县。请核对产业和户编号。",
            "The household is outside the industry's county. Check industry and number.",
        ),
        "backwards": BACKWARDS,
        "too_early": EARLY,
        "promise_missing": both(
            "{mechanism}合同要写明每年承诺的金额。",
            "A contract of this kind ({mechanism}) names the yearly sum promised.",
        ),
        "amount": both("金额和面积须大于零。", "Amounts and areas must be above zero."),
        "number_taken": both(
            "合同号「{text}」已经登记，内容不同。请核对，或先撤回原合同。",
            "The contract {text} is kept already and says something else. Check it, or withdraw that one first.",
        ),
        "twice_in_sheet": both("与另一行重复。请删去一行。", "The same as another row. Delete one of them."),
        "evidence_missing": both("请附上合同或银行凭证。", "Attach the contract or the bank's proof."),
        "unknown_contract": both(
            "本单位及下属单位没有合同号「{text}」。请先登记合同。",
            "Neither your unit nor one below it has a contract {text}. Enter the contract first.",
        ),
        "contract_waits": both(
            "合同「{text}」还没有核验。核验以后再登记付款。",
            "The contract {text} is not verified. Enter payments once it is.",
        ),
        "before_contract": both(
            "付款日早于合同第一天 {day}。请核对日期或合同号。",
            "It was paid before the contract's first day, {day}. Check the day or the contract.",
        ),
        "after_contract": both(
            "付款日晚于合同最后一天 {day}。请核对，或写新合同的编号。",
            "It was paid after the contract's last day, {day}. Check it, or give the number of the new contract.",
        ),
        "weight_missing": both(
            "订单收购的付款要写收购重量（千克）。",
            "A payment of a contract purchase names the weight bought, in kg.",
        ),
        "weight_of_purchase": both(
            "只有订单收购的付款写重量和市价。请删去，或核对合同号。",
            "Only payments of a contract purchase have a weight and a market price. Take them out, or check the contract.",
        ),
        "in_the_future": AHEAD,
        "receipt_missing": both("请填写银行凭证号。", "Enter the number of the bank's proof."),
        "receipt_taken": both(
            "凭证「{text}」在这份合同下已经登记，金额或日期不同。",
            "The proof {text} stands under this contract already, with another sum or day.",
        ),
        "taken_meanwhile": both(
            "刚刚有人登记了同一份。请刷新后核对。", "Somebody has just entered the same. Reload and compare."
        ),
        "not_verified": both(
            "合同还没有核验，不能这样做。", "The contract is not verified, so this cannot be done."
        ),
        "paid_later": both(
            "这一天以后还有付款（{day}）。请先撤回那笔付款，或改晚结束日期。",
            "There is a payment after that day ({day}). Withdraw it first, or let the contract end later.",
        ),
    }


class SharingFault(RowFault):
    """Why one row's contract or payment cannot be entered."""

    unable = UnableToShare


Rule = tuple[str, str, polars.Expr]
"""Column, code, and what is true of a row that breaks it."""


def _first_broken(frame: polars.DataFrame, rules: Iterable[Rule]) -> polars.DataFrame:
    """Return the frame with ``fault`` and ``wrong``: code and column of the first rule that each row breaks, null for none."""
    code: Any = polars.lit(None, TEXT)
    column: Any = polars.lit(None, TEXT)
    for name, fault, broken in reversed(list(rules)):
        is_broken = broken.fill_null(value=False)
        code = polars.when(is_broken).then(polars.lit(fault)).otherwise(code)
        column = polars.when(is_broken).then(polars.lit(name)).otherwise(column)
    return frame.with_columns(fault=code, wrong=column)


def _personal(frame: polars.DataFrame, *columns: str) -> polars.Expr:
    """Return what is true of rows that hold an identity number in one of these columns."""
    found: set[int] = set()
    for name in columns:
        texts = frame.select("row", name).drop_nulls()
        found |= {row for row, text in texts.iter_rows() if has_identity_number(text)}
    return polars.col("row").is_in(sorted(found))


def judged_contracts(frame: polars.DataFrame, *, unit: Unit, but: Contract | None = None) -> polars.DataFrame:
    """Return contracts with what they name looked up, whether they are known, and the first fault of each.

    Adds ``industry_key``, ``unit``, ``operator_key``, ``household_key``, ``home``, ``place``, ``standing``, ``fault``, ``wrong``.

    Args:
        but: the record that is revised, which is not among the known.
    """
    col, size = polars.col, SIZE_OF_LEVEL[COUNTY]
    rows = (
        frame.join(_industries(frame, unit), on="industry", how="left")
        .join(_operators(frame), on="operator", how="left")
        .join(_households(frame), on="household", how="left")
        .join(_known_contracts(frame, but), on="number", how="left")
        .with_columns(place=polars.coalesce("village", "home"))
    )
    compared = (
        (col("known_industry") == col("industry_key"))
        & (col("known_operator") == col("operator_key"))
        & (col("known_household") == col("household_key"))
        & (col("known_mechanism") == col("mechanism"))
        & (col("known_start") == col("starts_on"))
        & col("known_end").eq_missing(col("last_day"))
        & col("known_promise").eq_missing(col("promised_yuan"))
        & col("known_mu").eq_missing(col("mu"))
    ).fill_null(value=False)
    is_known = col("known").fill_null(value=False)
    rules: list[Rule] = [
        ("number", "identity_number", _personal(frame, "number", "household", "industry", "operator")),
        ("number", "code_form", ~col("number").str.contains(CODE)),
        ("industry", "unknown_industry", col("industry_key").is_null()),
        ("operator", "unknown_operator", col("operator_key").is_null()),
        ("household", "unknown_household", col("household_key").is_null()),
        ("village", "other_village", col("village") != col("home")),
        ("village", "outside_county", col("place") // size != col("county") // size),
        ("starts_on", "too_early", col("starts_on") < FIRST_DAY),
        ("last_day", "backwards", col("last_day") < col("starts_on")),
        ("promised_yuan", "amount", (col("promised_yuan") <= 0) | (col("mu") <= 0)),
        (
            "promised_yuan",
            "promise_missing",
            col("mechanism").is_in([one.value for one in PROMISED]) & col("promised_yuan").is_null(),
        ),
        ("number", "twice_in_sheet", col("number").is_duplicated()),
        ("number", "number_taken", is_known & ~compared),
        ("industry", "not_in_force", ~is_known & ~col("is_in_force")),
    ]
    standing = polars.when(is_known & compared).then(polars.lit("same")).otherwise(polars.lit("new"))
    return _first_broken(rows.with_columns(standing=standing), rules)


def judged_payments(
    frame: polars.DataFrame, *, unit: Unit, today: date, but: Payment | None = None
) -> polars.DataFrame:
    """Return payments with their contracts looked up, whether they are known, and the first fault of each.

    Adds ``contract_key``, ``household_key``, ``unit``, ``place``, ``standing``, ``fault``, ``wrong``.

    Args:
        but: the record that is revised, which is not among the known.
    """
    col = polars.col
    rows = frame.join(_contracts(frame, unit), on="contract", how="left").join(
        _known_payments(frame, but), on=["contract_key", "receipt"], how="left"
    )
    compared = (
        (col("known_amount") == col("amount_yuan"))
        & (col("known_day") == col("paid_on"))
        & col("known_kg").eq_missing(col("kg"))
        & col("known_market").eq_missing(col("market_yuan"))
    ).fill_null(value=False)
    is_weighed = col("mechanism").is_in([one.value for one in WEIGHED])
    is_known = col("known").fill_null(value=False)
    rules: list[Rule] = [
        ("receipt", "identity_number", _personal(frame, "contract", "receipt")),
        ("receipt", "receipt_missing", col("receipt").fill_null("") == ""),
        ("contract", "unknown_contract", col("contract_key").is_null()),
        ("amount_yuan", "amount", col("amount_yuan") <= 0),
        ("kg", "amount", (col("kg") <= 0) | (col("market_yuan") <= 0)),
        ("kg", "weight_missing", is_weighed & col("kg").is_null()),
        (
            "kg",
            "weight_of_purchase",
            ~is_weighed & (col("kg").is_not_null() | col("market_yuan").is_not_null()),
        ),
        ("paid_on", "in_the_future", col("paid_on") > today),
        ("paid_on", "before_contract", col("paid_on") < col("contract_start")),
        ("paid_on", "after_contract", col("paid_on") > col("contract_last_day")),
        ("receipt", "twice_in_sheet", polars.struct("contract", "receipt").is_duplicated()),
        ("receipt", "receipt_taken", is_known & ~compared),
        ("contract", "contract_waits", ~is_known & ~col("is_verified")),
    ]
    standing = polars.when(is_known & compared).then(polars.lit("same")).otherwise(polars.lit("new"))
    return _first_broken(rows.with_columns(standing=standing), rules)


def faults_of(judged: polars.DataFrame) -> list[SharingFault]:
    """Return the first fault of each row that has one, in the order of the rows, each with what its sentence says."""
    broken = list(judged.filter(polars.col("fault").is_not_null()).sort("row").iter_rows(named=True))
    labels = place_labels({row["home"] for row in broken if row.get("home") is not None})
    return [SharingFault(row["row"], row["wrong"], row["fault"], _details(row, labels)) for row in broken]


def _details(row: dict[str, Any], labels: dict[int, str]) -> dict[str, Any]:
    code = row["fault"]
    if code == "other_village":
        return {"place": labels[row["home"]]}
    if code == "promise_missing":
        return {"mechanism": MECHANISM_WORDS[row["mechanism"]]}
    if code == "too_early":
        return {"first": FIRST_DAY.isoformat()}
    if code in ("before_contract", "after_contract"):
        return {
            "day": row["contract_start" if code == "before_contract" else "contract_last_day"].isoformat()
        }
    naming = {
        "code_form", "unknown_industry", "unknown_operator", "unknown_household", "number_taken", "unknown_contract",
        "contract_waits", "receipt_taken",
    }  # fmt: skip
    if code in naming:
        column = "contract" if code == "contract_waits" else row["wrong"]
        return {"text": row[column]}
    return {}


def _frame(rows: Iterable[tuple[Any, ...]], schema: dict[str, Any]) -> polars.DataFrame:
    return polars.DataFrame(list(rows), schema=schema, orient="row")


def _industries(frame: polars.DataFrame, unit: Unit) -> polars.DataFrame:
    schema = {
        "industry": TEXT,
        "industry_key": INT,
        "county": INT,
        "unit": INT,
        "is_in_force": polars.Boolean,
    }
    found = Industry.objects.filter(
        LIVING, code__in=frame["industry"].unique().to_list(), unit__in=unit_subtree(unit.pk).values("pk")
    )
    return _frame(
        (
            (
                one.code,
                one.pk,
                one.place_id,
                one.unit_id,
                one.confirmed_at is not None and one.ended_on is None,
            )
            for one in found
        ),
        schema,
    )


def _operators(frame: polars.DataFrame) -> polars.DataFrame:
    found = Operator.objects.filter(code__in=frame["operator"].unique().to_list())
    return _frame(found.values_list("code", "pk"), {"operator": TEXT, "operator_key": INT})


def _households(frame: polars.DataFrame) -> polars.DataFrame:
    found = Household.objects.filter(number__in=frame["household"].unique().to_list())
    schema = {"household": TEXT, "household_key": INT, "home": INT}
    return _frame(found.values_list("number", "pk", "place_id"), schema)


def _known_contracts(frame: polars.DataFrame, but: Contract | None) -> polars.DataFrame:
    schema = {
        "number": TEXT, "known_industry": INT, "known_operator": INT, "known_household": INT, "known_mechanism": TEXT,
        "known_start": DAY, "known_end": DAY, "known_promise": MONEY, "known_mu": MONEY,
    }  # fmt: skip
    others = Contract.objects.exclude(pk=but.pk) if but is not None else Contract.objects
    found = others.filter(LIVING, number__in=frame["number"].unique().to_list()).values_list(
        "number", "industry_id", "operator_id", "household_id", "mechanism", "starts_on", "ends_on", "promised_fen", "mu",
    )  # fmt: skip
    fen, day = polars.col("known_promise"), polars.col("known_end")
    rows = _frame(found, {**schema, "known_promise": INT})
    return rows.with_columns(
        known=polars.lit(value=True),
        known_promise=(fen.cast(polars.Decimal(20, 2)) / 100).cast(MONEY),
        known_end=day.dt.offset_by("-1d"),
    )


def _contracts(frame: polars.DataFrame, unit: Unit) -> polars.DataFrame:
    schema = {
        "contract": TEXT, "contract_key": INT, "household_key": INT, "place": INT, "unit": INT, "contract_start": DAY,
        "contract_end": DAY, "mechanism": TEXT, "is_verified": polars.Boolean,
    }  # fmt: skip
    found = Contract.objects.filter(
        LIVING,
        number__in=frame["contract"].unique().to_list(),
        industry__unit__in=unit_subtree(unit.pk).values("pk"),
    ).values_list(
        "number",
        "pk",
        "household_id",
        "village_id",
        "industry__unit_id",
        "starts_on",
        "ends_on",
        "mechanism",
        "confirmed_at",
    )
    rows = _frame(((*row[:8], row[8] is not None) for row in found), schema)
    return rows.with_columns(contract_last_day=polars.col("contract_end").dt.offset_by("-1d"))


def _known_payments(frame: polars.DataFrame, but: Payment | None) -> polars.DataFrame:
    schema = {
        "contract_key": INT, "receipt": TEXT, "known_amount": INT, "known_day": DAY, "known_kg": MONEY, "known_market": INT,
    }  # fmt: skip
    others = Payment.objects.exclude(pk=but.pk) if but is not None else Payment.objects
    found = others.filter(
        LIVING,
        receipt__in=frame["receipt"].unique().to_list(),
        contract__number__in=frame["contract"].unique().to_list(),
    ).values_list("contract_id", "receipt", "amount_fen", "paid_on", "kg", "market_fen")
    amount, market = (
        (polars.col(name).cast(MONEY) / 100).cast(MONEY) for name in ("known_amount", "known_market")
    )
    return _frame(found, schema).with_columns(
        known=polars.lit(value=True), known_amount=amount, known_market=market
    )
