"""Records of the room: products by county, sales with what was paid and refunded, agreements, fairs, welfare schemes."""

from bangfu.livelihoods.consumption.models.agreements import (
    KITCHENS,
    OUTCOME_WORDS,
    Agreement,
    CallLine,
    CallOff,
    DeliveredLine,
    Delivery,
    GoodsReturn,
    Outcome,
    Quota,
    Settlement,
)
from bangfu.livelihoods.consumption.models.fairs import Exhibit, Fair, Stall
from bangfu.livelihoods.consumption.models.sales import (
    ENTRY_KIND_WORDS,
    LEAST_DAY,
    LIVING,
    PLATFORM_WORDS,
    Entry,
    EntryKind,
    Good,
    Platform,
    Sale,
    good_key,
)
from bangfu.livelihoods.consumption.models.welfare import Choice, Offered, Scheme

__all__ = [
    "ENTRY_KIND_WORDS",
    "KITCHENS",
    "LEAST_DAY",
    "LIVING",
    "OUTCOME_WORDS",
    "PLATFORM_WORDS",
    "Agreement",
    "CallLine",
    "CallOff",
    "Choice",
    "DeliveredLine",
    "Delivery",
    "Entry",
    "EntryKind",
    "Exhibit",
    "Fair",
    "Good",
    "GoodsReturn",
    "Offered",
    "Outcome",
    "Platform",
    "Quota",
    "Sale",
    "Scheme",
    "Settlement",
    "Stall",
    "good_key",
]
