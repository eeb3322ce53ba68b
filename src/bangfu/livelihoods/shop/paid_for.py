"""What the shop does when the payment for an order moves."""

from bangfu.foundation.payments.hooks import PaidFor, enter_hook
from bangfu.livelihoods.shop.operations.checking_out import take_closed, take_paid
from bangfu.livelihoods.shop.register import ORDER_TYPE

ORDERS = enter_hook(PaidFor(ORDER_TYPE, paid=take_paid, closed=take_closed))
