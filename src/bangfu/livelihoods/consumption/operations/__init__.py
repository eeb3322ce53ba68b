"""Everything that writes sales: brought by sheets, verified, refunded, withdrawn; origins; agreements; fairs; welfare."""

from bangfu.livelihoods.consumption.operations.agreeing import (
    Accepted,
    AgreementDetails,
    Ordered,
    UnableToAgree,
    call_off,
    enter_agreement,
    plan_quota,
    record_delivery,
)
from bangfu.livelihoods.consumption.operations.deciding import (
    UnableToWithdrawSale,
    return_entries,
    verify_entries,
    withdraw_sale,
)
from bangfu.livelihoods.consumption.operations.fairs import (
    FairDetails,
    SoldLine,
    StallDetails,
    UnableToHoldFair,
    add_stall,
    enter_fair,
    return_fairs,
    sell_at_fair,
    verify_fairs,
    withdraw_fair,
)
from bangfu.livelihoods.consumption.operations.giving import (
    SchemeDetails,
    UnableToGive,
    choose,
    open_scheme,
    settle_scheme,
)
from bangfu.livelihoods.consumption.operations.importing import (
    import_jd,
    import_p832,
    import_receipts,
    import_taobao,
)
from bangfu.livelihoods.consumption.operations.noting import (
    GoodDetails,
    UnableToNote,
    note_origins,
    revise_origin,
)
from bangfu.livelihoods.consumption.operations.refunding import UnableToRefund, refund_sale
from bangfu.livelihoods.consumption.operations.settling import (
    UnableToSettle,
    accepted,
    close_return,
    open_return,
    settle,
)

__all__ = [
    "Accepted",
    "AgreementDetails",
    "FairDetails",
    "GoodDetails",
    "Ordered",
    "SchemeDetails",
    "SoldLine",
    "StallDetails",
    "UnableToAgree",
    "UnableToGive",
    "UnableToHoldFair",
    "UnableToNote",
    "UnableToRefund",
    "UnableToSettle",
    "UnableToWithdrawSale",
    "accepted",
    "add_stall",
    "call_off",
    "choose",
    "close_return",
    "enter_agreement",
    "enter_fair",
    "import_jd",
    "import_p832",
    "import_receipts",
    "import_taobao",
    "note_origins",
    "open_return",
    "open_scheme",
    "plan_quota",
    "record_delivery",
    "refund_sale",
    "return_entries",
    "return_fairs",
    "revise_origin",
    "sell_at_fair",
    "settle",
    "settle_scheme",
    "verify_entries",
    "verify_fairs",
    "withdraw_fair",
    "withdraw_sale",
]
