"""The only place that writes evidence: files and their attachments, and consents to pictures."""

from bangfu.foundation.evidence.operations.consenting import (
    MOST_PEOPLE,
    UnableToDeclarePicture,
    UnableToRecordConsent,
    UnableToWithdrawConsent,
    declare_picture,
    record_consent,
    withdraw_consent,
)
from bangfu.foundation.evidence.operations.keeping import (
    UnableToKeep,
    attach,
    attach_many,
    clean_name,
    hang,
    keep,
    keep_many,
    keep_sealed,
)

__all__ = [
    "MOST_PEOPLE",
    "UnableToDeclarePicture",
    "UnableToKeep",
    "UnableToRecordConsent",
    "UnableToWithdrawConsent",
    "attach",
    "attach_many",
    "clean_name",
    "declare_picture",
    "hang",
    "keep",
    "keep_many",
    "keep_sealed",
    "record_consent",
    "withdraw_consent",
]
