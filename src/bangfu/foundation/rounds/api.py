"""What rounds say to programs: who reads rounds and returns; rows are typed on pages and sent as sheets."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.rooms import both
from bangfu.foundation.rounds.queries import returns_seen_by, rounds_seen_by

_BY_SHEET = both("请用 /api/v1/uploads 发送表格", "Send a sheet to /api/v1/uploads")

API = RoomApi(
    seen={"rounds.return": returns_seen_by, "rounds.round": rounds_seen_by},
    hidden=frozenset({"rounds.return.extension_reason"}),
    not_offered={"rounds.save_rows": _BY_SHEET, "rounds.add_file": _BY_SHEET},
)
