"""Units for a picker: which an account may be offered, and which of them are meant by what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.organisation.tree import keys_of, readable_units
from bangfu.foundation.people.models import Account


def units_to_pick(account: Account, permission: str, on: date) -> list[Unit]:
    """Return the units in force that an account reads, or else those below its grants, in the order of the tree."""
    readable = [
        one for one in readable_units(account, permission, on) if one.ends_on is None or one.ends_on > on
    ]
    if readable or not account.is_active:
        return readable
    roots = set(RoleGrant.objects.filter(in_force(on), account=account).values_list("unit__path", flat=True))
    units = Unit.objects.filter(in_force(on))
    return sorted(
        (one for one in units if any(one.path.startswith(root) for root in roots)),
        key=lambda one: keys_of(one.path),
    )


@lru_cache(maxsize=8192)
def _spelt(name: str) -> tuple[str, str]:
    """Return a name in pinyin, whole and by its initials."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries are 55 MB: see places/pinyin.py

    return "".join(lazy_pinyin(name)).lower(), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()


def picked(units: Iterable[Unit], text: str) -> list[Unit]:
    """Return the units that a text means, by code, name or pinyin: those that begin with it first."""
    said = "".join(text.split()).lower()
    ranked = [(rank, one) for one in units if (rank := _rank(one, said)) is not None]
    return [one for _, one in sorted(ranked, key=lambda found: found[0])]


def _rank(unit: Unit, said: str) -> int | None:
    """Return how well a unit fits, 0 the best; null for one that does not."""
    if not said:
        return 0
    names = (unit.code.lower(), unit.name_zh.lower(), "".join(unit.name_en.lower().split()))
    whole, initials = _spelt(unit.name_zh) if said.isascii() else ("", "")
    if said in names:
        return 0
    if any(name.startswith(said) for name in (*names, whole, initials)):
        return 1
    return 2 if any(said in name for name in (*names, whole)) else None
