"""The roof: indicators declared in files, the figure and the drawer it opens, and reports made of figures.

An indicator is compiled once to an Ibis expression over the ledger's facts and asked on the caller's connection; the
exact sum comes back, and scale and rounding happen once, in ``display``. A figure has an address, a short code and
five steps down to its evidence. A report is a text in which a number can only be a figure: ``wording`` checks it.
Nothing here writes, and nothing here knows a wing: rooms are known by the ledger and by what they register.
"""
