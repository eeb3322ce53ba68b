"""A page for each place: people, money, figures, newest records, open points and promises, on a phone or as two printed sides.

All of it is asked of the ledger, of the foundation and of the rest of reporting as of one day, within the reader's grants; no
wing is known here. Figures of one kind are counted in one scan of the place's facts (``counting``). Nothing here writes.
"""
