"""pgtrigger's register, knowing its names: each trigger is compared with all the others when it is registered.

pgtrigger gathers the names of all of them anew for each one, and computes each function's name for it; with some hundreds of
triggers that was a third of every start.
"""

from __future__ import annotations

from typing import Any

from pgtrigger import registry


class Register(registry._Registry):
    """The triggers by address, with both names that must be theirs alone."""

    def __init__(self) -> None:
        self._by_db_table: dict[tuple[str, str], Any] = {}
        self._pg_function_names: set[str] = set()
        super().__init__()

    @property
    def by_db_table(self) -> dict[tuple[str, str], Any]:
        """The triggers by table and name."""
        return self._by_db_table

    @property
    def pg_function_names(self) -> set[str]:
        """The names of the triggers' functions in PostgreSQL."""
        return self._pg_function_names

    def __setitem__(self, key: str, value: tuple[Any, Any]) -> None:
        super().__setitem__(key, value)
        model, trigger = value
        self._by_db_table[model._meta.db_table, trigger.name] = trigger
        self._pg_function_names.add(trigger.get_pgid(model))

    def __delitem__(self, key: str) -> None:
        model, trigger = self[key]
        super().__delitem__(key)
        del self._by_db_table[model._meta.db_table, trigger.name]
        self._pg_function_names.remove(trigger.get_pgid(model))


def keep_names() -> None:
    """Put the register in place, before the models that have triggers."""
    register = Register()
    register.update(registry._registry)
    registry._registry = register
