"""The numbers and names under which the room's records are known elsewhere."""

ENTRY_TYPE = 111
"""The number of ``consumption.entry``: fixed for ever, like those below."""
SALE_TYPE = 112
AGREEMENT_TYPE = 113
DELIVERY_TYPE = 114
SETTLEMENT_TYPE = 115
SCHEME_TYPE = 116
SOURCE_SYSTEM = "consumption.entry"
"""The source of every fact of the room; its external id is the entry's key."""
VIEW = "consumption.view"
