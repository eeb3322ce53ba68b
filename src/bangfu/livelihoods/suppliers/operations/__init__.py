"""Everything that writes of suppliers: themselves, stages, checklists, tickets, parcels, statements."""

from bangfu.livelihoods.suppliers.operations.entering import (
    SupplierDetails,
    UnableToSupport,
    end_seat,
    end_supply,
    enter_supplier,
    revise_supplier,
    seat_account,
    set_terms,
    supply_product,
)
from bangfu.livelihoods.suppliers.operations.handing import MOST_ORDERS, UnableToHandOut, take_recipients
from bangfu.livelihoods.suppliers.operations.importing import import_waybills
from bangfu.livelihoods.suppliers.operations.proving import (
    ProofDetails,
    UnableToProve,
    hand_in_proof,
    plan_item,
    return_proof,
    verify_proof,
)
from bangfu.livelihoods.suppliers.operations.settling import (
    UnableToIssue,
    confirm_statement,
    correct_line,
    issue_statement,
    object_to_statement,
    pay_statement,
    reply_to_objection,
)
from bangfu.livelihoods.suppliers.operations.shipping import ParcelDetails, UnableToShip, ship_parcels
from bangfu.livelihoods.suppliers.operations.staging import (
    UnableToClaimStage,
    claim_stage,
    return_steps,
    verify_steps,
)
from bangfu.livelihoods.suppliers.operations.ticketing import (
    UnableToAnswer,
    assign_ticket,
    close_ticket,
    raise_ticket,
    reopen_ticket,
    reply_to_ticket,
)

__all__ = [
    "MOST_ORDERS",
    "ParcelDetails",
    "ProofDetails",
    "SupplierDetails",
    "UnableToAnswer",
    "UnableToClaimStage",
    "UnableToHandOut",
    "UnableToIssue",
    "UnableToProve",
    "UnableToShip",
    "UnableToSupport",
    "assign_ticket",
    "claim_stage",
    "close_ticket",
    "confirm_statement",
    "correct_line",
    "end_seat",
    "end_supply",
    "enter_supplier",
    "hand_in_proof",
    "import_waybills",
    "issue_statement",
    "object_to_statement",
    "pay_statement",
    "plan_item",
    "raise_ticket",
    "reopen_ticket",
    "reply_to_objection",
    "reply_to_ticket",
    "return_proof",
    "return_steps",
    "revise_supplier",
    "seat_account",
    "set_terms",
    "ship_parcels",
    "supply_product",
    "take_recipients",
    "verify_proof",
    "verify_steps",
]
