"""What a room says to the API in its ``api.py``, where the generic way is not enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from ninja import Router

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words

Seen = Callable[[Account, date], QuerySet[Any]]
"""Gives the records that an account may read on a day."""


@dataclass(frozen=True)
class ByHand:
    """How programs write an argument that has no form of its own: a type for the body, and what makes the argument of it."""

    written: Any
    """A pydantic type."""
    read: Callable[[Any], Any]
    """Raises Refusals of its own."""


@dataclass(frozen=True)
class RoomApi:
    """A room's own part of the API; ``RoomDeclaration.api`` names the module whose ``API`` this is."""

    router: Router | None = None
    """Addresses of the room's own, below ``/api/v1``."""
    seen: Mapping[str, Seen] = field(default_factory=dict, hash=False)
    """Who reads its records, by record type; without an entry, by the unit and place that the record has itself."""
    hidden: frozenset[str] = frozenset()
    """Fields of its records that are not told, as ``type.field``: they could tell something of a person."""
    by_hand: Mapping[Any, ByHand] = field(default_factory=dict, hash=False)
    """By annotated type: how arguments are written that the generic way cannot take."""
    not_offered: Mapping[str, Words] = field(default_factory=dict, hash=False)
    """Operations that programs are not offered, with the reason."""
