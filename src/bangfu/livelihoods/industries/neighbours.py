"""What other rooms of the wing may take from industries: lots and drawing from them, operators, payments to households."""

from bangfu.livelihoods.industries.models import (
    OPERATOR_WORDS,
    Industry,
    Lot,
    Mechanism,
    Operator,
    OperatorKind,
)
from bangfu.livelihoods.industries.operations import draw_down_lot
from bangfu.livelihoods.industries.queries import lots, payments

__all__ = [
    "OPERATOR_WORDS",
    "Industry",
    "Lot",
    "Mechanism",
    "Operator",
    "OperatorKind",
    "draw_down_lot",
    "lots",
    "payments",
]
