"""The register of rooms: what each room declares about itself, and words in both languages.

A room is a Django app whose ``room.py`` holds one ``RoomDeclaration`` named ``ROOM``. Adding a room touches
its own folder and one line of settings. The roof and the doors learn of rooms only through this register.
"""

from bangfu.foundation.rooms.jobs import Hours, JobAsked, JobDeclaration, JobResult, PeriodicDeclaration
from bangfu.foundation.rooms.register import (
    Beside,
    RecordDoor,
    RecordSummary,
    RecordType,
    RoleDeclaration,
    RoomConfig,
    RoomDeclaration,
    Wing,
    jobs,
    permission_words,
    record_doors,
    record_type,
    record_type_of,
    record_types,
    role_permissions,
    roles,
    rooms,
)
from bangfu.foundation.rooms.words import Words, both

__all__ = [
    "Beside",
    "Hours",
    "JobAsked",
    "JobDeclaration",
    "JobResult",
    "PeriodicDeclaration",
    "RecordDoor",
    "RecordSummary",
    "RecordType",
    "RoleDeclaration",
    "RoomConfig",
    "RoomDeclaration",
    "Wing",
    "Words",
    "both",
    "jobs",
    "permission_words",
    "record_doors",
    "record_type",
    "record_type_of",
    "record_types",
    "role_permissions",
    "roles",
    "rooms",
]
