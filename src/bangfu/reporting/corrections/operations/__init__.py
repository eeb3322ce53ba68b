"""What may be done after a publication: errata, printings, and cases of strangers."""

from bangfu.reporting.corrections.operations.answering import (
    UnableToAnswer,
    answer_case,
    approve_answer,
    forget_asker,
    refer_case,
    return_answer,
)
from bangfu.reporting.corrections.operations.asking import UnableToAsk, open_case, reopen_case
from bangfu.reporting.corrections.operations.errata import (
    UnableToCorrect,
    UnableToDecideErratum,
    approve_erratum,
    propose_erratum,
    return_erratum,
)
from bangfu.reporting.corrections.operations.printings import (
    UnableToRegisterPrinting,
    UnableToSettle,
    correct_printing,
    import_printings,
    register_printing,
    settle_printing,
    withdraw_printing,
)
from bangfu.reporting.corrections.operations.ruling import UnableToSetRule, set_answering_rule

__all__ = [
    "UnableToAnswer",
    "UnableToAsk",
    "UnableToCorrect",
    "UnableToDecideErratum",
    "UnableToRegisterPrinting",
    "UnableToSetRule",
    "UnableToSettle",
    "answer_case",
    "approve_answer",
    "approve_erratum",
    "correct_printing",
    "forget_asker",
    "import_printings",
    "open_case",
    "propose_erratum",
    "refer_case",
    "register_printing",
    "reopen_case",
    "return_answer",
    "return_erratum",
    "set_answering_rule",
    "settle_printing",
    "withdraw_printing",
]
