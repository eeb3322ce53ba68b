"""Asking for money lawfully, with a qualified charity: points for schooling, the red-scarf drive.

A participation is not a person; points count once, as the cash that they became, never at face and again as cash. Until
gifts are kept here, units report participations and sums from the charity's statements.
"""
