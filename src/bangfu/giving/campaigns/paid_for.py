"""What campaigns do when the payment for a gift moves."""

from django.urls import reverse

from bangfu.foundation.payments.hooks import PaidFor, enter_hook
from bangfu.foundation.payments.models import Payment
from bangfu.giving.campaigns.models import Gift
from bangfu.giving.campaigns.operations.paying import take_closed, take_paid, take_refunded
from bangfu.giving.campaigns.register import GIFT_TYPE


def _certificate(payment: Payment) -> str:
    number = Gift.objects.values_list("number", flat=True).get(pk=payment.pays_id)
    return reverse("campaigns:certificate", args=[number])


PAID_GIFTS = enter_hook(
    PaidFor(GIFT_TYPE, paid=take_paid, closed=take_closed, refunded=take_refunded, back=_certificate)
)
