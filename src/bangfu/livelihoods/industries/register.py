"""The numbers and names under which the room's records are known elsewhere."""

INDUSTRY_TYPE = 105
"""The number of ``industries.industry``: fixed for ever, like those below."""
SEASON_TYPE = 106
OPERATOR_TYPE = 107
CONTRACT_TYPE = 108
PAYMENT_TYPE = 109
LOT_TYPE = 110
VIEW = "industries.view"
