"""Reported records: the way in for what no room works on daily yet.

A measure declared ``reported`` gets a spreadsheet, a form and a list; a unit reports rows with place, date, quantity and
evidence, another person verifies them, and each row posts one fact. A row's reference is the identity of what it counts:
house-wide the only one of its measure, so that two units cannot count the same thing. Scarce here: that reference; who
registers takes its lock first, and the database refuses a second living record of it.
"""
