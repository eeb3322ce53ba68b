"""Households moved to new settlements, and the free fibre that each of their dwellings is entitled to.

The entitlement starts at activation, not at hand-over, and is counted in months granted per dwelling. Until the room keeps
each entitlement's start, pauses and end, units report the months granted, one row a dwelling.
"""
