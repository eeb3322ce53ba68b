"""Packages at a reduced price for registered households, and the communication fees that they waived.

Relief is list price less price paid, on issued bills alone: not packages sold, and not what every customer gets. Until
the room matches bills with lists of households itself, branches report the waived sum by month and place.
"""
