"""The spreadsheets of contracts with households 利益联结合同台账 and of payments to them 联结户付款台账."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars
from django.utils.timezone import localdate

from bangfu.foundation.intake.layouts import CheckedRows, Column, ColumnKind, Layout
from bangfu.foundation.intake.posting import counting, facts_to_come
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.measures import HOUSEHOLD_PAYMENTS, party_of_household
from bangfu.livelihoods.industries.models import MECHANISM_WORDS
from bangfu.livelihoods.industries.operations.importing import import_contracts, import_payments
from bangfu.livelihoods.industries.sharing_rules import (
    CONTRACT_ROW,
    PAYMENT_ROW,
    faults_of,
    judged_contracts,
    judged_payments,
)

if TYPE_CHECKING:
    from bangfu.foundation.intake.models import Upload

HOUSEHOLD_NOTE = both(
    "登记册里的户编号；不写姓名和身份证号码。",
    "The number of the register; neither names nor identity numbers.",
)


def _evidence(zh: str, en: str, example: str) -> Column:
    note = both("压缩包中的文件名；几行可用同一个文件。", "File name in the zip; rows may share one file.")
    return Column("evidence", both(zh, en), ColumnKind.EVIDENCE, note=note, example=example)


CONTRACT_COLUMNS = (
    Column(
        "number",
        both("合同号", "Contract"),
        ColumnKind.CODE,
        longest=40,
        example="CH-HT-2019-0001",
        aliases=("合同编号",),
    ),
    Column("industry", both("产业编号", "Industry"), ColumnKind.CODE, longest=40, example="CY-522327"),
    Column(
        "operator",
        both("经营主体执照号", "Operator's licence"),
        ColumnKind.CODE,
        longest=40,
        example="91522327EXAMPLE01A",
        aliases=("执照号",),
    ),
    Column(
        "household",
        both("户编号", "Household"),
        ColumnKind.CODE,
        longest=40,
        note=HOUSEHOLD_NOTE,
        example="CH-0001",
    ),
    Column(
        "village",
        both("村", "Village"),
        ColumnKind.COUNTY_OR_VILLAGE,
        note=both("与登记册里这一户所在的村对得上。", "Where the register has the household."),
        example="522327001200",
    ),
    Column(
        "mechanism",
        both("联结方式", "How they share"),
        ColumnKind.CHOICE,
        choices=tuple(MECHANISM_WORDS.items()),
        example="分红",
    ),
    Column("starts_on", both("自", "From"), ColumnKind.DATE, example="2019-03-01", aliases=("起始日期",)),
    Column(
        "last_day",
        both("至", "To"),
        ColumnKind.DATE,
        required=False,
        example="2020-12-31",
        aliases=("截止日期",),
    ),
    Column(
        "promised_yuan",
        both("每年承诺（元）", "Promised a year (yuan)"),
        ColumnKind.DECIMAL,
        required=False,
        decimals=2,
        note=both("分红、土地流转必填。", "Needed of dividends and leases."),
        example="600",
    ),
    Column("mu", both("面积（亩）", "Area (mu)"), ColumnKind.DECIMAL, required=False, decimals=2, example=""),
    _evidence("合同文件", "Contract's file", "合同.pdf"),
)


def check_contracts(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by the industries, operators and households that they name, and the contracts that are known."""
    said = frame.with_columns(polars.col("promised_yuan", "mu").cast(polars.Decimal(20, 2)))
    judged = judged_contracts(said.select(*CONTRACT_ROW), unit=upload.unit)
    return _checked(frame, judged, "industry_key", "operator_key", "household_key")


def _checked(frame: polars.DataFrame, judged: polars.DataFrame, *keys: str) -> CheckedRows:
    """Return the rows without a fault, with what was looked up for them."""
    sound = judged.filter(polars.col("fault").is_null()).select("row", "standing", "unit", "place", *keys)
    rows = frame.join(sound, on="row", how="inner").sort("row")
    standing = rows["standing"]
    return CheckedRows(
        frame=rows,
        refusals=[fault.of_row for fault in faults_of(judged)],
        new=int((standing == "new").sum()),
        same=int((standing == "same").sum()),
    )


CONTRACTS_SHEET = Layout(
    code="industries.contracts",
    title=both("利益联结合同台账", "Contracts with households"),
    about=both(
        "一户与一个经营主体的一份合同填一行；户只写户编号。已登记而内容相同的跳过。",
        "A contract of one household with one operator is a row; of the household the number alone. What is kept already and"
        " says the same is passed over.",
    ),
    columns=CONTRACT_COLUMNS,
    confirm=import_contracts,
    permission="industries.import_contracts",
    check=check_contracts,
    key="number",
)

PAYMENT_COLUMNS = (
    Column("contract", both("合同号", "Contract"), ColumnKind.CODE, longest=40, example="CH-HT-2019-0001"),
    Column("paid_on", both("付款日期", "Paid on"), ColumnKind.DATE, past=True, example="2019-12-20"),
    Column("amount_yuan", both("金额（元）", "Amount (yuan)"), ColumnKind.DECIMAL, decimals=2, example="600"),
    Column(
        "receipt",
        both("银行凭证号", "Bank's proof"),
        ColumnKind.CODE,
        longest=60,
        note=both(
            "集中代发的填代发单号，各行相同。", "Of a collective transfer its number, the same in each row."
        ),
        example="ICBC20191220-0001",
        aliases=("凭证号",),
    ),
    Column(
        "kg",
        both("收购重量（千克）", "Weight bought (kg)"),
        ColumnKind.DECIMAL,
        required=False,
        decimals=2,
        note=both("订单收购必填，其他不填。", "Needed of contract purchases, of nothing else."),
        example="",
        aliases=("重量（千克）", "收购量（千克）"),
    ),
    Column(
        "market_yuan",
        both("当日市价（元/千克）", "Market price that day (yuan a kg)"),
        ColumnKind.DECIMAL,
        required=False,
        decimals=2,
        example="",
        aliases=("市价（元/千克）",),
    ),
    _evidence("凭证文件", "Proof's file", "代发清单.pdf"),
)


def check_payments(frame: polars.DataFrame, upload: Upload) -> CheckedRows:
    """Judge readable rows by their contracts, and by what is known of their proofs."""
    said = frame.with_columns(polars.col("amount_yuan", "kg", "market_yuan").cast(polars.Decimal(20, 2)))
    judged = judged_payments(said.select(*PAYMENT_ROW), unit=upload.unit, today=localdate(upload.uploaded_at))
    return _checked(frame, judged, "contract_key", "household_key")


def posts(frame: polars.DataFrame, upload: Upload) -> polars.DataFrame:
    """Return what each row counts once it is verified: yuan that its household was paid."""
    rows = counting(frame)
    parties = {key: str(party_of_household(key)) for key in rows["household_key"].unique()}
    party = polars.col("household_key").replace_strict(parties, return_dtype=polars.String)
    return facts_to_come(
        rows,
        HOUSEHOLD_PAYMENTS,
        on="paid_on",
        unit="unit",
        place="place",
        quantity="amount_yuan",
        party=party,
    )


PAYMENTS_SHEET = Layout(
    code="industries.payments",
    title=both("联结户付款台账", "Payments to households"),
    about=both(
        "一份合同的一笔付款填一行；合同须已核验。几千行的代发清单可以一次导入。",
        "A payment under a contract is a row; the contract is verified before. A transfer to thousands comes in at once.",
    ),
    columns=PAYMENT_COLUMNS,
    confirm=import_payments,
    permission="industries.import_payments",
    check=check_payments,
    measures=(HOUSEHOLD_PAYMENTS.code,),
    posts=posts,
)
