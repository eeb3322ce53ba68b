"""What campaigns do when the payment for a gift moves."""

from bangfu.foundation.payments.hooks import PaidFor, enter_hook
from bangfu.giving.campaigns.operations.paying import take_closed, take_paid, take_refunded
from bangfu.giving.campaigns.register import GIFT_TYPE

PAID_GIFTS = enter_hook(PaidFor(GIFT_TYPE, paid=take_paid, closed=take_closed, refunded=take_refunded))
