"""Operations: the one way in for every write.

An operation is a named function with an acting account. It opens one durable transaction, checks the permission
in its scope, answers a repeated request key with the first result, writes the audit row beside the change and
fires effects on commit. Nothing else writes: a guard on the connection and the architecture tests see to it.
"""

from bangfu.foundation.operations.act import Act
from bangfu.foundation.operations.authority import Authority, Scope, allows, granted_units
from bangfu.foundation.operations.decorator import (
    BY_ROWS,
    OWN,
    before_leaving,
    inside_operation,
    on_commit,
    operation,
    operations,
    permitted_rows,
    permitted_scopes,
    require,
    scope_of,
    write_last,
)
from bangfu.foundation.operations.exporting import export_audit
from bangfu.foundation.operations.guard import system_writes
from bangfu.foundation.operations.progress import progress, told_of
from bangfu.foundation.operations.refusal import NotPermitted, Refusal
from bangfu.foundation.operations.rows import (
    UnableToKeepKeys,
    answer_rows,
    answers_to,
    ask_kept,
    audit_rows,
    claim_rows,
    keep_rows,
    release_rows,
    row_digests,
)

__all__ = [
    "BY_ROWS",
    "OWN",
    "Act",
    "Authority",
    "NotPermitted",
    "Refusal",
    "Scope",
    "UnableToKeepKeys",
    "allows",
    "answer_rows",
    "answers_to",
    "ask_kept",
    "audit_rows",
    "before_leaving",
    "claim_rows",
    "export_audit",
    "granted_units",
    "inside_operation",
    "keep_rows",
    "on_commit",
    "operation",
    "operations",
    "permitted_rows",
    "permitted_scopes",
    "progress",
    "release_rows",
    "require",
    "row_digests",
    "scope_of",
    "system_writes",
    "told_of",
    "write_last",
]
