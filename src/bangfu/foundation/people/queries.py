"""What others may read of people."""

from __future__ import annotations

from collections.abc import Iterable

from bangfu.foundation.people import vault
from bangfu.foundation.people.models import ERASED, Account, PersonKey
from bangfu.foundation.people.persons.queries import (
    ClearPerson,
    MaskedPerson,
    clear_names,
    clear_person,
    is_within_reach,
    masked_persons,
    persons_with,
    reasons_of,
)
from bangfu.foundation.people.systems import system_title

__all__ = [
    "ClearPerson",
    "MaskedPerson",
    "clear_names",
    "clear_person",
    "is_within_reach",
    "masked_persons",
    "names_of",
    "persons_with",
    "reasons_of",
]


def names_of(accounts: Iterable[Account]) -> dict[int, str]:
    """Return what each account is called, by its key, with one query for all of their persons' keys."""
    found = list(accounts)
    people = {account.person_id for account in found if account.person_id is not None}
    names = {
        key.person_id: _name_under(key)
        for key in PersonKey.objects.filter(person__in=people).select_related("person")
    }

    def name(account: Account) -> str:
        if account.person_id is None:
            return system_title(account.title)
        return names.get(account.person_id) or str(ERASED)

    return {account.pk: name(account) for account in found}


def _name_under(key: PersonKey) -> str | None:
    sealed = key.person.name_sealed
    if sealed is None:
        return None
    return vault.open_text(bytes(key.wrapped), bytes(sealed), person=key.person_id, column="name")
