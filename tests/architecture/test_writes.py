"""Nothing writes but operations: read off the code itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "bangfu"
WRITING_METHODS = {
    "save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "copy",
    "asave", "adelete", "acreate", "aupdate",
}  # fmt: skip
WRITING_SQL = re.compile(
    r"\b(INSERT INTO|DELETE FROM|TRUNCATE|MERGE INTO|UPDATE \w+ (AS \w+ )?SET|COPY \w+ (\(.*\) )?FROM)\b"
)
EXEMPT = {
    "foundation/operations/decorator.py": "the audit row and the request key of every operation",
    "foundation/operations/expiry.py": "request keys are kept for thirty days",
    "foundation/jobs/states.py": "how far a job is, said by the worker that carries it out",
    "foundation/jobs/hours.py": "what the house does by itself is asked for at its hours",
    "foundation/money/adding_up.py": "subtotals are taken out, in whose place a trigger puts their sum",
    "foundation/money/triggers.py": "what the database itself does",
    "foundation/jobs/expiry.py": "jobs are kept for a month, their files for a week",
    "foundation/people/rekeying.py": "the house's key is changed by whoever holds it, with the system stopped",
    "foundation/intake/expiry.py": "sheets with personal data wait thirty days",
    "foundation/organisation/founding.py": "the founding of a house, before anybody can act",
    "foundation/organisation/furnishing.py": "the founding of a house from its sheets, before anybody can act",
    "foundation/places/loading.py": "the reference list of divisions",
    "foundation/api/limits.py": "how often a token asks, counted at the door in an unlogged table",
    "foundation/api/tokens.py": "when a token was used last, at the door, which is no act of its own",
    "foundation/notices/notifying.py": "people are told of something beside it: in its operation, or by the house",
    "foundation/notices/sending.py": "the sender holds what it tries and writes what came of each attempt",
    "foundation/notices/expiry.py": "one-time codes are kept for a day",
    "foundation/notices/channels/texts.py": "the adapter that sends nothing keeps what it was given",
    "foundation/webhooks/announcing.py": "what happened is written beside it: in its operation, or by the sealer",
    "foundation/webhooks/sending.py": "the sender writes who is told and what came of each attempt",
    "foundation/payments/asking.py": "whoever asks a provider holds what is asked about, and says when it is asked next",
    "foundation/ledger/catalogue.py": "measures get their numbers at migration, definitions their versions",
    "foundation/ledger/sealing.py": "the sealer fills the next block",
    "foundation/ledger/distinct.py": "sealed facts change kept counts, which are derived, in the rolling up",
    "foundation/ledger/party_cells.py": "and what parties came to, of which these are made",
    "foundation/ledger/rollups.py": "sealed facts are summed into cells, which are derived",
    "foundation/ledger/keys.py": "the sealer enters the key that signs",
    "foundation/ledger/checkpoints.py": "witnesses' signatures are kept by whoever runs the machine",
    "foundation/ledger/verifying.py": "reads by COPY TO STDOUT, in a process that may only read",
    "foundation/ledger/snapshots/writing.py": "reads by COPY TO STDOUT, in a transaction that may only read",
    "foundation/ledger/triggers.py": "what the database itself does",
    "foundation/ledger/witnessing.py": "what the database itself does",
    "livelihoods/shop/triggers.py": "what the database itself does",
    "foundation/accounts/journal.py": "the log of sign-ins, at the door, where nobody can act yet",
    "foundation/operations/guard.py": "names the statements that it refuses",
}
"""Every place outside operations that may write, with its reason."""
NOT_RECORDS = {
    "delete": ("cache",),
    "save": ("image", "picture", "thumbnail", "workbook", "photo", "document"),
}
"""Receivers whose method only sounds like writing a record."""


def modules() -> list[Path]:
    return sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def is_operations(path: Path) -> bool:
    return path.name == "operations.py" or path.parent.name == "operations"


def receiver(node: ast.Attribute) -> str:
    value = node.value
    while isinstance(value, ast.Call | ast.Subscript):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")


def is_write(call: ast.Call, method: str) -> bool:
    """Tell a queryset's ``update(a=1)`` from a dict's ``update(other)``, and a cursor's ``copy(sql)`` from ``copy()``."""
    if method == "update":
        return bool(call.keywords) and not call.args
    if method == "copy":
        return bool(call.args)
    return True


def writes_in(path: Path) -> list[str]:
    found = []
    tree = ast.parse(path.read_text())
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, owner = node.func.attr, receiver(node.func)
            if (
                method in WRITING_METHODS
                and owner not in NOT_RECORDS.get(method, ())
                and is_write(node, method)
            ):
                found.append(f"line {node.lineno}: .{method}() of {owner or 'something'}")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            written = WRITING_SQL.search(" ".join(node.value.split()))
            if written:
                found.append(f"line {node.lineno}: SQL that writes: {written[0]}")
    return found


def test_only_operations_write() -> None:
    found = {}
    for path in modules():
        name = str(path.relative_to(SOURCE))
        if not (is_operations(path) or name in EXEMPT or name.startswith("site/embedded/")):
            found[name] = writes_in(path)
    assert len(found) > 500
    assert {name: writes for name, writes in found.items() if writes} == {}, "written outside operations"


def test_the_rule_sees_a_write(tmp_path: Path) -> None:
    path = tmp_path / "views.py"
    path.write_text(
        "def view(request):\n    Station.objects.create(code='x')\n    cursor.execute('UPDATE a SET b = 1')\n"
    )
    assert len(writes_in(path)) == 2


def test_every_exemption_is_still_needed() -> None:
    for name in EXEMPT:
        assert writes_in(SOURCE / name), f"{name} writes nothing any more: strike it from the exemptions"
