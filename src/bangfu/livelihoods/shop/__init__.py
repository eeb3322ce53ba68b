"""Selling what assisted counties grow: the shop, fairs, live sales.

Placed, paid, shipped and net of refunds are different figures, each smaller than the last; none is ever printed for another.
Until orders are kept here, units report shops, fairs, hosts and the value placed, from the platform's statements.
"""
