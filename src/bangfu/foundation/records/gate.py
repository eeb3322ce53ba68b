"""Who may read and do what at a room's pages: every room asks the same, of its own permissions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import RecordType, Words, room_of, rooms

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Gate:
    """The gate of one room."""

    room: str
    view: str
    """The permission that reading its pages needs."""

    def reader(self, request: HttpRequest) -> Account:
        """Return who reads the room's pages.

        Raises: NotPermitted: nobody, or somebody without the permission anywhere.
        """
        account = reader_of(request)
        if not granted_units(account, self.view, timezone.localdate()):
            raise NotPermitted("out_of_scope", permission=self.view)
        return account

    def may(self, account: Account, operation: str, scope: Scope | None = None) -> bool:
        """Return whether somebody may do something within a scope, or anywhere."""
        today, permission = timezone.localdate(), f"{self.room}.{operation}"
        if scope is None:
            return bool(granted_units(account, permission, today))
        return allows(account, permission, scope, today)

    def require(self, account: Account, operation: str, scope: Scope) -> None:
        """Refuse unless somebody may do something within a scope.

        Raises: NotPermitted: they may not.
        """
        if not self.may(account, operation, scope):
            raise NotPermitted("out_of_scope", permission=f"{self.room}.{operation}")

    def refuse_strangers(self, account: Account, scope: Scope) -> None:
        """Refuse whoever may not read what lies within a scope.

        Raises: NotPermitted: ``out_of_scope``.
        """
        if not allows(account, self.view, scope, timezone.localdate()):
            raise NotPermitted("out_of_scope", permission=self.view)

    def readable(self, request: HttpRequest, found: QuerySet[Any], key: int) -> tuple[Account, Any]:
        """Return who reads, and a record.

        Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
        """
        account = reader_of(request)
        record = get_object_or_404(found, pk=key)
        self.refuse_strangers(account, record.scope)
        return account, record

    def units_of(self, account: Account, operation: str) -> QuerySet[Unit]:
        """Return the units for which somebody may do something, in the order of the tree.

        Raises: NotPermitted: there are none.
        """
        permission = f"{self.room}.{operation}"
        allowed = granted_units(account, permission, timezone.localdate())
        if not allowed:
            raise NotPermitted("out_of_scope", permission=permission)
        return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")

    def units_for(self, request: HttpRequest, operation: str) -> QuerySet[Unit]:
        """Return the units for which whoever asks may do something.

        Raises: NotPermitted: there are none.
        """
        return self.units_of(reader_of(request), operation)

    def sections(self, titles: Mapping[str, Words], here: str) -> list[dict[str, Any]]:
        """Return the parts of the room by the names of their addresses, of which one is shown."""
        return [
            {"title": title, "address": reverse(f"{self.room}:{name}"), "is_here": name == here}
            for name, title in titles.items()
        ]


def record_opens(account: Account, kind: RecordType, key: int) -> bool:
    """Return whether a record's page opens for an account: by the permission to read, where the record says that it is asked."""
    permission, today = kind.view_permission or room_of(kind).view_permission, timezone.localdate()
    if permission is None:
        return True
    record: Any = apps.get_model(kind.model)._default_manager.filter(pk=key).first()
    scope = getattr(record, "scope", None)
    if isinstance(scope, Scope):
        return allows(account, permission, scope, today)
    unit = kind.review_scope([key]).get(key) if kind.review_scope is not None else None
    if unit is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, Scope(unit=unit), today)


def room_opens(account: Account, code: str) -> bool:
    """Return whether the pages of a room open for an account anywhere; those of a room that is not there to nobody."""
    permissions = [room.view_permission for room in rooms() if room.code == code]
    return any(one is None or granted_units(account, one, timezone.localdate()) for one in permissions)


def sort_asked(request: HttpRequest, sorts: Collection[str], first: str) -> tuple[str, bool]:
    """Return by what a list is sorted and whether downwards; by ``first``, downwards, where the address names nothing known."""
    said = request.GET.get("sort", "")
    name = said.lstrip("-")
    return (name, said.startswith("-")) if name in sorts else (first, True)


def in_order(
    request: HttpRequest, rows: QuerySet[Row], sorts: Mapping[str, str], *usual: str
) -> QuerySet[Row]:
    """Return a list sorted as the address asks, and within that as usual; see the tag ``heading``.

    Args:
        sorts: by the name in the address, the field; what is not in it sorts nothing.
        usual: the fields by which the list is sorted otherwise.
    """
    said = request.GET.get("sort", "")
    field = sorts.get(said.removeprefix("-"))
    if field is None:
        return rows.order_by(*usual)
    return rows.order_by(f"-{field}" if said.startswith("-") else field, *usual)


def sort_columns(
    columns: tuple[tuple[str | None, Words, bool], ...], sort: str, *, descending: bool
) -> list[dict[str, Any]]:
    """Return the headings of a list, each with the way it is sorted when it is pressed.

    Args:
        columns: by what a column is sorted (null: it is not), its title, and whether it holds numbers.
    """
    found = []
    for name, title, is_number in columns:
        is_sorted = name is not None and name == sort
        towards = f"-{name}" if is_sorted and not descending else name
        direction = ("descending" if descending else "ascending") if is_sorted else None
        found.append({"title": title, "sort": towards, "direction": direction, "is_number": is_number})
    return found
