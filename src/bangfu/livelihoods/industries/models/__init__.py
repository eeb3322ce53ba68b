"""Records of the room: industries with their seasons and operators, contracts and payments of households, lots."""

from bangfu.livelihoods.industries.models.industries import (
    CERTIFICATE_WORDS,
    OPERATOR_WORDS,
    PART_WORDS,
    Certificate,
    CertificateKind,
    Citation,
    Industry,
    Operator,
    OperatorKind,
    Part,
    Season,
)
from bangfu.livelihoods.industries.models.lots import Draw, Lot
from bangfu.livelihoods.industries.models.sharing import (
    MECHANISM_WORDS,
    PROMISED,
    WEIGHED,
    Contract,
    Mechanism,
    Payment,
)
from bangfu.livelihoods.reviewed import FIRST_DAY, STATE_WORDS, Reviewed, State

__all__ = [
    "CERTIFICATE_WORDS",
    "FIRST_DAY",
    "MECHANISM_WORDS",
    "OPERATOR_WORDS",
    "PART_WORDS",
    "PROMISED",
    "STATE_WORDS",
    "WEIGHED",
    "Certificate",
    "CertificateKind",
    "Citation",
    "Contract",
    "Draw",
    "Industry",
    "Lot",
    "Mechanism",
    "Operator",
    "OperatorKind",
    "Part",
    "Payment",
    "Reviewed",
    "Season",
    "State",
]
