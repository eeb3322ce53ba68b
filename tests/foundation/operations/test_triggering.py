"""Triggers are registered by pgtrigger's own rules: a table has one of a name, and PostgreSQL one function of a name."""

from __future__ import annotations

import pgtrigger
import pytest
from pgtrigger import registry

from bangfu.foundation.money.models import Entry
from bangfu.foundation.operations.triggering import Register


def test_knows_the_names_that_pgtrigger_would_gather() -> None:
    register = registry._registry
    assert isinstance(register, Register)
    assert register.by_db_table == registry._Registry.by_db_table.fget(register)
    assert register.pg_function_names == registry._Registry.pg_function_names.fget(register)
    assert len(register) > 500


def test_another_trigger_of_a_name_is_refused_until_the_first_is_gone() -> None:
    first, second = (
        pgtrigger.Protect(name="only_one", operation=operation)
        for operation in (pgtrigger.Update, pgtrigger.Delete)
    )
    first.register(Entry)
    with pytest.raises(KeyError, match="already used"):
        second.register(Entry)
    first.unregister(Entry)
    second.register(Entry)
    second.unregister(Entry)
    assert f"{Entry._meta.label}:only_one" not in registry._registry


def test_another_function_of_a_name_is_refused() -> None:
    name = "pgtrigger_only_one_of_a_name"
    first, second = (type("Named", (pgtrigger.Protect,), {"get_pgid": lambda self, model: name})
                     (name=given, operation=pgtrigger.Update) for given in ("one", "another"))  # fmt: skip
    first.register(Entry)
    with pytest.raises(KeyError, match="function name"):
        second.register(Entry)
    first.unregister(Entry)
