"""Selling what assisted counties grow: products, stock, orders, live sales; and fairs and shops that units report.

Ordered, paid and kept after refunds are three measures, each smaller than the last; none is ever printed for another.
Scarce is stock: each row of it is locked once an operation, in order of its key, and a constraint refuses to oversell it. Orders
are locked before stock. Freeing stock goes the same way.
"""
