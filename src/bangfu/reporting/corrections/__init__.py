"""Corrections: what happens after a publication; the publication itself is never touched.

Its figures are asked anew (``restating``) and every cause of a difference is found (``causes``). Errata put right what is
printed wrong: proposed by one person, approved by another, signed and numbered under the publication. A register keeps where
figures were printed, and each place is settled. A stranger who asks whether a figure is wrong opens a case that must be answered.

Scarce: the number of an erratum and the next correction of a figure, taken under one lock; the one answer of a case, under
the case's row. Both are guarded by unique constraints as well.
"""
