"""Whether a link may be shown to a reader: what they may not read is named and leads nowhere."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bangfu.foundation.operations.authority import Scope, allows, granted_units
from bangfu.foundation.rooms import RecordType, room_of, rooms

if TYPE_CHECKING:
    from bangfu.foundation.people.models import Account


def opens_record(kind: RecordType, reader: Account, scope: Scope, on: date) -> bool:
    """Return whether a reader may read records of a kind that lie in a scope, by the permission of their room's pages."""
    permission = room_of(kind).view_permission
    return permission is None or allows(reader, permission, scope, on)


def opens_room(code: str, reader: Account, on: date) -> bool:
    """Return whether a reader may read the pages of a room anywhere; a room that is not there opens to nobody."""
    permissions = [room.view_permission for room in rooms() if room.code == code]
    return any(one is None or granted_units(reader, one, on) for one in permissions)
