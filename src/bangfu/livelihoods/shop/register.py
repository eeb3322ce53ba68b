"""The numbers and names under which the room's records are known elsewhere."""

ORDER_TYPE = 120
"""The number of ``shop.order``: fixed for ever, like those below."""
PRODUCT_TYPE = 121
SALE_TYPE = 122
AMBASSADOR_TYPE = 123
FREIGHT_TYPE = 157
COUPON_TYPE = 158
RETURN_TYPE = 159
INVOICE_TYPE = 160
REVIEW_TYPE = 161
SOURCE_SYSTEM = "shop.order"
"""The source of facts of orders; its external id is the order line's key, and what happened to it."""
VIEW = "shop.view"
