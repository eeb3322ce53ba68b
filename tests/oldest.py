"""Which tests run on the oldest supported PostgreSQL too: what may differ between releases is the database.

There whatever commits for real runs in all its cases, and so do the ledger, the operations' machinery, the money and the
tables. Of every other class of tests the first one runs, and the first one that calls an operation which none before it
called: what an operation refuses is judged in Python, alike on every release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import CodeType

IN_ALL_CASES = ("tests/foundation/ledger/", "tests/foundation/operations/", "tests/foundation/money/")


@dataclass(frozen=True)
class Case:
    """A test that uses the database, as pytest names it."""

    name: str
    commits: bool = False
    """Whether it has a database of its own."""
    calls: frozenset[str] = frozenset()
    """The names that its code mentions."""


def names_in(code: CodeType) -> frozenset[str]:
    """Return the names that a function mentions, the functions inside it included."""
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return frozenset(code.co_names).union(*map(names_in, inner))


def operation_functions() -> set[str]:
    """Return the names of the functions that are operations of the product."""
    from bangfu.foundation.operations import operations  # models are ready only now
    from tests.architecture.test_rooms import load_operations

    load_operations()
    functions = (one.function for one in operations().values())
    return {function.__name__ for function in functions if function.__module__.startswith("bangfu.")}


def of_oldest(cases: Iterable[Case], operations: Collection[str]) -> set[str]:
    """Return the names of those that run on the oldest release; the order decides which stands for its class.

    Args:
        operations: the names of the functions that are operations.
    """
    chosen: set[str] = set()
    classes: set[str] = set()
    called: set[str] = set()
    for case in cases:
        within = case.name.partition("[")[0].rpartition("::")[0]
        carried_out = case.calls.intersection(operations)
        is_whole = case.commits or case.name.startswith(IN_ALL_CASES)
        if is_whole or within not in classes or carried_out - called:
            chosen.add(case.name)
            called |= carried_out
        classes.add(within)
    return chosen
