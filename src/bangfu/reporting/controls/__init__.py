"""Control totals 对账: a money figure is held against what an outside book says, line by line, and differences are explained.

A total of the general ledger, of billing or of a bank is entered, with its lines where there are some. It is reconciled with the
figure as of a block; somebody explains each difference, another person decides on the explanation, and the statement adds up.

Scarce: the numbers and revisions of control totals, taken under one lock, guarded by unique constraints.
"""
