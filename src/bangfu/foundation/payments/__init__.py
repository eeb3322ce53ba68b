"""Payments: what somebody is to pay, by which merchant account, and what became of it, whoever carries the money.

A payment belongs to a record of another room, which is told within the same transaction when it is paid, refunded or closed. It
may become known by the provider's message or by asking; whichever comes first counts, once. Money of a charity never passes
through a company's merchant account.

Scarce: what was paid of a payment, of which refunds never take more (lock of its row, and a constraint).
"""
