"""Everything that writes what the shop keeps."""

from bangfu.livelihoods.shop.operations.checking_out import UnableToCheckOut, check_out
from bangfu.livelihoods.shop.operations.following import (
    UnableToFollow,
    cancel_order,
    close_orders,
    deliver_orders,
    refund_line,
    release_unpaid,
    ship_orders,
)
from bangfu.livelihoods.shop.operations.listing import (
    ProductDetails,
    enter_product,
    enter_variant,
    revise_product,
    revise_variant,
    set_price,
)
from bangfu.livelihoods.shop.operations.paying import Noted, UnableToPay, pay_orders
from bangfu.livelihoods.shop.operations.placing import Placed, UnableToPlace, place_orders, row_key
from bangfu.livelihoods.shop.operations.refusing import UnableToSell
from bangfu.livelihoods.shop.operations.selling import (
    admit_buyers,
    close_channel,
    close_offer,
    count_stock,
    keep_recipient,
    offer_stock,
    open_channel,
    open_warehouse,
    plan_sale,
    receive_stock,
    revise_channel,
    revise_sale,
    revise_warehouse,
    set_apart,
)

__all__ = [
    "Noted",
    "Placed",
    "ProductDetails",
    "UnableToCheckOut",
    "UnableToFollow",
    "UnableToPay",
    "UnableToPlace",
    "UnableToSell",
    "admit_buyers",
    "cancel_order",
    "check_out",
    "close_channel",
    "close_offer",
    "close_orders",
    "count_stock",
    "deliver_orders",
    "enter_product",
    "enter_variant",
    "keep_recipient",
    "offer_stock",
    "open_channel",
    "open_warehouse",
    "pay_orders",
    "place_orders",
    "plan_sale",
    "receive_stock",
    "refund_line",
    "release_unpaid",
    "revise_channel",
    "revise_product",
    "revise_sale",
    "revise_variant",
    "revise_warehouse",
    "row_key",
    "set_apart",
    "set_price",
    "ship_orders",
]
