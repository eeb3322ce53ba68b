"""What the shop does when the payment for an order moves."""

from django.urls import reverse

from bangfu.foundation.payments.hooks import PaidFor, enter_hook
from bangfu.foundation.payments.models import Payment
from bangfu.livelihoods.shop.operations.checking_out import take_closed, take_paid
from bangfu.livelihoods.shop.register import ORDER_TYPE


def _back(payment: Payment) -> str:
    return reverse("shop:my_order", args=[payment.pays_id])


ORDERS = enter_hook(PaidFor(ORDER_TYPE, paid=take_paid, closed=take_closed, back=_back))
