"""The organisation: its tree of units, its professional lines, posts and who holds them, roles in a scope.

A grant gives an account a role over a unit's subtree, a line (or all) and a place's subtree (or all), over a half-open
period. This room answers every question of permission that an operation or a page asks.
"""
