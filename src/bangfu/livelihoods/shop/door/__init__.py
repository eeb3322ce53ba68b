"""The door of a live sale: it answers buyers without Django's request machinery, and gives all who wait to one operation.

It holds no rules: a request is read, its buyer's token checked, and ``place_orders`` called for everybody who waits at once.
"""
