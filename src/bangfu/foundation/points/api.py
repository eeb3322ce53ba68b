"""What points say to programs: lots come in with their digest, files of confirmation are read and answered."""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.points.queries import confirmations_seen_by, holders_seen_by, rates_seen_by
from bangfu.foundation.rooms import both

API = RoomApi(
    seen={
        "points.holder": holders_seen_by,
        "points.rate": rates_seen_by,
        "points.confirmation": confirmations_seen_by,
    },
    hidden=frozenset({"points.holder.person"}),
    not_offered={"points.expire_lots": both("由系统每天执行", "The house does it each day")},
)
