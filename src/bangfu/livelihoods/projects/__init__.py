"""Projects: the money that a unit puts into assisted counties, and what it brings in from others.

Put in is the unit's own, given for nothing and arrived in the county; investment in its own business never is. Brought in as a
gift and brought in as investment are two figures that are not added. Until projects with budgets and payments are kept here,
units report each arrival of money from its bank receipt or handover sheet.
"""
