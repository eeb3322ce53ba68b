"""The register of rooms: what each room declares about itself, and words in both languages.

A room is a Django app whose ``room.py`` holds one ``RoomDeclaration`` named ``ROOM``. Adding a room touches
its own folder and one line of settings. The roof and the doors learn of rooms only through this register.
"""

from bangfu.foundation.rooms.effects import TO_COME, FigureAfter, FiguresAfter
from bangfu.foundation.rooms.jobs import Hours, JobAsked, JobDeclaration, JobResult, PeriodicDeclaration
from bangfu.foundation.rooms.notices import Channel, NoticeKind
from bangfu.foundation.rooms.personal import Personal, PersonalCell, PersonalList, PersonalRows
from bangfu.foundation.rooms.register import (
    WING_WORDS,
    Beside,
    RecordDoor,
    RecordSummary,
    RecordType,
    RoleDeclaration,
    RoomConfig,
    RoomDeclaration,
    Wing,
    changes,
    foresight,
    jobs,
    mentions_of,
    notice_kinds,
    permission_words,
    personal_lists,
    record_doors,
    record_type,
    record_type_of,
    record_types,
    role_permissions,
    roles,
    room_of,
    rooms,
    waits,
)
from bangfu.foundation.rooms.waiting import Change, Changed, Wait, Waiting
from bangfu.foundation.rooms.words import Words, both, counted, grouped_words

__all__ = [
    "TO_COME",
    "WING_WORDS",
    "Beside",
    "Change",
    "Changed",
    "Channel",
    "FigureAfter",
    "FiguresAfter",
    "Hours",
    "JobAsked",
    "JobDeclaration",
    "JobResult",
    "NoticeKind",
    "PeriodicDeclaration",
    "Personal",
    "PersonalCell",
    "PersonalList",
    "PersonalRows",
    "RecordDoor",
    "RecordSummary",
    "RecordType",
    "RoleDeclaration",
    "RoomConfig",
    "RoomDeclaration",
    "Wait",
    "Waiting",
    "Wing",
    "Words",
    "both",
    "changes",
    "counted",
    "foresight",
    "grouped_words",
    "jobs",
    "mentions_of",
    "notice_kinds",
    "permission_words",
    "personal_lists",
    "record_doors",
    "record_type",
    "record_type_of",
    "record_types",
    "role_permissions",
    "roles",
    "room_of",
    "rooms",
    "waits",
]
