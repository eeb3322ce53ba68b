"""Which unit is responsible for which county or village, of what kind, from when to when: the register 结对台账.

A place may have several supporters only when they are declared joint: one leads, the others take part. No place that the
office has listed may be without a leading supporter on any day; the days on which it was are computed, never typed.
Scarce here: the lead of a place. Who pairs takes the lock of the place first, see ``operations.storing``; the database
refuses a second leading supporter of one kind at the same time, and a unit twice at one place.
"""
