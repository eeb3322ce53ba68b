"""The numbers and names under which the room's records are known elsewhere."""

ENTRY_TYPE = 111
"""The number of ``consumption.entry``: fixed for ever, like those below."""
SALE_TYPE = 112
AGREEMENT_TYPE = 113
DELIVERY_TYPE = 114
SETTLEMENT_TYPE = 115
SCHEME_TYPE = 116
FAIR_TYPE = 117
SOURCE_SYSTEM = "consumption.entry"
"""The source of every fact of a sale; its external id is the entry's key."""
FAIR_SYSTEM = "consumption.fair"
"""The source of the facts that count fairs; its external id is the fair's key."""
VIEW = "consumption.view"
