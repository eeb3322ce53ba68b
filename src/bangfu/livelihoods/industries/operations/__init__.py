"""Everything that writes industries, how households share in them, and lots."""

from bangfu.livelihoods.industries.lot_rules import LotDetails, UnableToTrace
from bangfu.livelihoods.industries.operations.describing import ContractDetails, PaymentDetails
from bangfu.livelihoods.industries.operations.entering import (
    add_certificate,
    cite_project,
    end_industry,
    enter_industry,
    enter_season,
    register_operator,
    revise_operator,
)
from bangfu.livelihoods.industries.operations.importing import import_contracts, import_payments
from bangfu.livelihoods.industries.operations.reviewing import (
    UnableToWithdraw,
    return_records,
    verify_records,
    withdraw_record,
)
from bangfu.livelihoods.industries.operations.revising import (
    UnableToRevise,
    revise_contract,
    revise_industry,
    revise_lot,
    revise_payment,
    revise_season,
)
from bangfu.livelihoods.industries.operations.sharing import (
    end_contract,
    enter_contract,
    enter_payment,
)
from bangfu.livelihoods.industries.operations.tracing import draw_down_lot, enter_lot, record_sale
from bangfu.livelihoods.industries.rules import (
    CertificateDetails,
    IndustryDetails,
    OperatorDetails,
    SeasonDetails,
    UnableToEnterIndustry,
    UnableToEnterSeason,
    UnableToRegisterOperator,
)
from bangfu.livelihoods.industries.sharing_rules import UnableToShare

__all__ = [
    "CertificateDetails",
    "ContractDetails",
    "IndustryDetails",
    "LotDetails",
    "OperatorDetails",
    "PaymentDetails",
    "SeasonDetails",
    "UnableToEnterIndustry",
    "UnableToEnterSeason",
    "UnableToRegisterOperator",
    "UnableToRevise",
    "UnableToShare",
    "UnableToTrace",
    "UnableToWithdraw",
    "add_certificate",
    "cite_project",
    "draw_down_lot",
    "end_contract",
    "end_industry",
    "enter_contract",
    "enter_industry",
    "enter_lot",
    "enter_payment",
    "enter_season",
    "import_contracts",
    "import_payments",
    "record_sale",
    "register_operator",
    "return_records",
    "revise_contract",
    "revise_industry",
    "revise_lot",
    "revise_operator",
    "revise_payment",
    "revise_season",
    "verify_records",
    "withdraw_record",
]
