"""Suppliers 供应商扶持: who makes what the shop sells, how far each can do it alone, and what each is owed.

A *supplier* is a co-operative or firm. It reaches *stages*, fills a *checklist* for each product, asks and is asked by *tickets*,
ships orders of its own products in *parcels*, and is settled with by *statements*. Its people see their own and nobody else's.
Scarce here are a product's supplier on a day, what of an order line is left to ship, and an order line's one statement: whoever
ships locks the order, whoever settles the supplier, and constraints guard them again.
"""
