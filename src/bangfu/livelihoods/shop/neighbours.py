"""What other rooms of the wing may take from the shop: who pays and what counts, orders, and packs that leave its stock."""

from bangfu.livelihoods.shop.measures import CANTEEN_ASSISTED, FAIRS, HELPED_TO_SELL, PURCHASED
from bangfu.livelihoods.shop.models import (
    LABEL_WORDS,
    ORDER_STATE_WORDS,
    OUTSIDERS,
    PAYER_WORDS,
    RETURN_STATE_WORDS,
    Label,
    OrderState,
    Payer,
    Product,
    Recipient,
    order_number,
)
from bangfu.livelihoods.shop.operations.selling import ADDRESS_COLUMN
from bangfu.livelihoods.shop.operations.sending import Sent, send_packs
from bangfu.livelihoods.shop.operations.storing import (
    ASSISTED,
    OFF_A_LINE,
    PLEDGED,
    locked_orders,
    places_of_units,
)
from bangfu.livelihoods.shop.queries import in_units_read, open_returns, orders, units_read

__all__ = [
    "ADDRESS_COLUMN",
    "ASSISTED",
    "CANTEEN_ASSISTED",
    "FAIRS",
    "HELPED_TO_SELL",
    "LABEL_WORDS",
    "OFF_A_LINE",
    "ORDER_STATE_WORDS",
    "OUTSIDERS",
    "PAYER_WORDS",
    "PLEDGED",
    "PURCHASED",
    "RETURN_STATE_WORDS",
    "Label",
    "OrderState",
    "Payer",
    "Product",
    "Recipient",
    "Sent",
    "in_units_read",
    "locked_orders",
    "open_returns",
    "order_number",
    "orders",
    "places_of_units",
    "send_packs",
    "units_read",
]
