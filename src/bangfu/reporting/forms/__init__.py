"""A superior's own form, uploaded once and pointed at figures: from then on any period fills it, and each cell opens.

The file stays the superior's, byte for byte, but for the cells that are pointed at. What is pointed is kept in revisions that
are never changed; a fill names its revision, period, unit and block, and so gives the same file again.

Scarce: the next version of a form and the next revision of its pointings, taken under the form's lock, guarded by triggers.
"""
