"""The ledger of facts: what records prove, posted once, never changed, sealed in blocks.

A mistake is reversed by a new fact that says why. The database refuses every change of a fact, a reversal that does
not mirror what it takes back, the same source twice, and one identity counted twice. ``operations.post`` and
``operations.post_many`` are plain functions for use inside an operation; reads are in ``queries``.
"""
