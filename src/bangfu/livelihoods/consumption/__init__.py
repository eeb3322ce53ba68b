"""Consumption 消费帮扶: what was sold outside our own shop, and what canteens, unions and staff bought, each sale once.

A *sale* is one line of an order on a platform, of a settlement with a supplier, or of a welfare scheme. It is known by
platform, order and line, and by its invoice's code, number and line, so that whoever brings it again brings the same sale.
What was paid and what was refunded are *entries* of it, which count once a second person verified them. Scarce here is a
sale's identity: whoever imports locks the platform, whoever settles the agreement; a constraint guards it again.
"""
