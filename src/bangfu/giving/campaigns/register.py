"""The numbers and names under which the room's records are known elsewhere."""

CHARITY_TYPE = 176
"""The number of ``campaigns.charity``: fixed for ever, like those below."""
CAMPAIGN_TYPE = 177
GIFT_TYPE = 178
PLEDGE_TYPE = 179
RECEIPT_TYPE = 180
BANK_LINE_TYPE = 181
GIFT_FILE_TYPE = 182
COST_TYPE = 213
COSTS = "campaigns.cost"
PURCHASES = "campaigns.purchase"
"""The source of entries of administration."""
GIFTS, REFUNDS, BANK = "campaigns.gift", "campaigns.refund", "campaigns.bank"
"""The sources of facts and entries: of a gift, of what was given back of it, of a line of the charity's bank."""
POINTS_SYSTEM = "campaigns.points"
"""The source of gifts of points: their ids are the points system's, or a member's request keys."""
VIEW = "campaigns.view"
STAFF = "campaigns.give_as_staff"
"""Whose giving is that of an employee, and who sees drives that are for staff alone."""
