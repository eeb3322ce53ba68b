"""What the room says to programs: sales, agreements and what came of them, read by their unit as at the pages.

Orders are sent through the layouts of intake, by whoever may import them. Of a welfare scheme nobody reads who chose.
"""

from __future__ import annotations

from bangfu.foundation.api.declaring import RoomApi
from bangfu.livelihoods.consumption.fairs import fairs_read
from bangfu.livelihoods.consumption.queries import entries_read, sales_read
from bangfu.livelihoods.consumption.supply import (
    agreements_read,
    deliveries_read,
    schemes_read,
    settlements_read,
)

API = RoomApi(
    seen={
        "consumption.sale": sales_read,
        "consumption.entry": entries_read,
        "consumption.agreement": agreements_read,
        "consumption.delivery": deliveries_read,
        "consumption.settlement": settlements_read,
        "consumption.scheme": schemes_read,
        "consumption.fair": fairs_read,
    },
    hidden=frozenset({"consumption.scheme.allowance_fen"}),
)
