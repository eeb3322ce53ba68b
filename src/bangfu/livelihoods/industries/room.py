"""What the industries room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.industries.measures import BASE_AREA, HOUSEHOLD_PAYMENTS, OUTPUT, PRODUCTS, SALES
from bangfu.livelihoods.industries.mentioning import mentions
from bangfu.livelihoods.industries.register import VIEW
from bangfu.livelihoods.industries.sheets import CONTRACTS_SHEET, PAYMENTS_SHEET
from bangfu.livelihoods.industries.subjects import INDUSTRIES
from bangfu.livelihoods.industries.telling import RECORD_TYPES
from bangfu.livelihoods.industries.waiting import WAITS

READS = frozenset({VIEW})
REPORTS = frozenset({"industries.report"})
KEEPS = READS | {
    "industries.enter_industry",
    "industries.revise_industry",
    "industries.end_industry",
    "industries.enter_season",
    "industries.revise_season",
    "industries.register_operator",
    "industries.revise_operator",
    "industries.add_certificate",
    "industries.cite_project",
    "industries.enter_contract",
    "industries.revise_contract",
    "industries.end_contract",
    "industries.enter_payment",
    "industries.revise_payment",
    "industries.enter_lot",
    "industries.revise_lot",
    "industries.record_sale",
    "industries.withdraw_record",
    "industries.import_contracts",
    "industries.import_payments",
}
DECIDES = READS | {
    "industries.verify_records",
    "industries.return_records",
    "industries.withdraw_record",
}

ROOM = RoomDeclaration(
    code="industries",
    wing=Wing.LIVELIHOODS,
    title=both("产业", "Industries"),
    icon="plant-2",
    api="bangfu.livelihoods.industries.api",
    about=both(
        "一县一品：县里认定、各季产销、农户怎么分享，产品从哪里来。",
        "One county, one product: recognised by the county, season by season, how households share, where goods come from.",
    ),
    address="industries:industries",
    view_permission=VIEW,
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), KEEPS | REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), KEEPS | REPORTS),
        RoleDeclaration("industries_reporter", both("产业报送员", "Industry reporter"), REPORTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), DECIDES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), READS),
        RoleDeclaration("county_official", both("县方人员", "County official"), READS),
    ),
    permissions={
        VIEW: both("看产业、联结合同和批次", "read industries, contracts and lots"),
        "industries.report": both("报送产业的度量", "report the measures of industries"),
        "industries.enter_industry": both("登记产业", "enter an industry"),
        "industries.revise_industry": both("修改被退回的产业", "change an industry that was returned"),
        "industries.end_industry": both("登记停止扶持", "note that support of an industry ended"),
        "industries.enter_season": both("登记产业的一季", "enter a season of an industry"),
        "industries.revise_season": both("修改被退回的一季", "change a season that was returned"),
        "industries.register_operator": both("登记经营主体", "register an operator"),
        "industries.revise_operator": both("修改经营主体", "change an operator"),
        "industries.add_certificate": both("登记产品证书", "keep a certificate of a product"),
        "industries.cite_project": both("把项目归入产业", "let a project cite an industry"),
        "industries.enter_contract": both("登记联结合同", "enter a contract with a household"),
        "industries.revise_contract": both("修改被退回的联结合同", "change a contract that was returned"),
        "industries.end_contract": both("登记合同结束", "note that a contract ends"),
        "industries.enter_payment": both("登记联结户付款", "enter a payment to a household"),
        "industries.revise_payment": both("修改被退回的付款", "change a payment that was returned"),
        "industries.enter_lot": both("登记批次", "enter a lot"),
        "industries.revise_lot": both("修改被退回的批次", "change a lot that was returned"),
        "industries.record_sale": both("登记批次在别处的销售", "record what was sold of a lot elsewhere"),
        "industries.withdraw_record": both("撤回产业的记录", "withdraw a record of industries"),
        "industries.verify_records": both("核验产业的记录", "verify records of industries"),
        "industries.return_records": both("退回产业的记录", "return records of industries"),
        "industries.import_contracts": both("导入联结合同台账", "import contracts with households"),
        "industries.import_payments": both("导入联结户付款台账", "import payments to households"),
    },
    sheets=(CONTRACTS_SHEET, PAYMENTS_SHEET),
    measures=(PRODUCTS, BASE_AREA, OUTPUT, SALES, HOUSEHOLD_PAYMENTS),
    record_types=RECORD_TYPES,
    subjects=(INDUSTRIES,),
    waits=WAITS,
    mentions=mentions,
    indicators=Path(__file__).parent / "indicators",
)
