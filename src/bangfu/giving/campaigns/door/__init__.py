"""The door of gifts of points: it answers members without Django's request machinery, and gives all who wait to one operation.

It holds no rules: a request is read, its member's token checked, and ``give_many`` called for everybody who waits at once.
"""
