"""Writes of intake: an upload is received, cancelled, confirmed by its room's own operation, or taken back as a whole."""

from bangfu.foundation.intake.operations.naming import UnableToName, name_headings
from bangfu.foundation.intake.operations.refusing import UnableToImport, failed_midway
from bangfu.foundation.intake.operations.taking_back import (
    UnableToTakeBack,
    no_way_back,
    take_back_import,
)
from bangfu.foundation.intake.operations.uploading import (
    cancel_upload,
    forget_in_open_sheets,
    leave_out_refused,
    mark_confirmed,
    receive_upload,
    rows_to_import,
    submit_imported,
)

__all__ = [
    "UnableToImport",
    "UnableToName",
    "UnableToTakeBack",
    "cancel_upload",
    "failed_midway",
    "forget_in_open_sheets",
    "leave_out_refused",
    "mark_confirmed",
    "name_headings",
    "no_way_back",
    "receive_upload",
    "rows_to_import",
    "submit_imported",
    "take_back_import",
]
