"""Numbers and names that stand for ever."""

PAYMENT_TYPE, REFUND_TYPE, MERCHANT_TYPE, STATEMENT_TYPE = 130, 131, 132, 133
VIEW = "payments.view"
