"""Doors that are hot: what is asked hundreds of times a second is answered without Django's request machinery, and given to one
operation for everybody who waits.

A door reads requests and checks tokens; a placer, a process beside it, calls an operation by rows; between them go rows of plain
values. What a door is asked and may answer is its room's.
"""
