"""Loyalty points: what a customer holds by lots that expire, spent first-expiring-first, and never below nothing.

A holder is an opaque number of the operator's points system; who it is, is sealed with a person. The journal of movements is
what happened; what remains of a lot is its sum, kept by the database. Scarce here: the points of a holder. Who spends takes
the holder's lock before looking, and the database refuses a lot below zero. ``operations.spend_points``, ``spend_points_many``
and ``give_back_points`` are plain functions for use inside operations of other rooms.
"""
