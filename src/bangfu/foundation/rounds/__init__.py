"""Collection rounds 报送: what is asked of whom for which period and by when, and how far each unit's return is.

A return holds no figures of its own: it is a unit's reported records of the period, which are reviewed and counted as
everywhere. Scarce here: the round, whose row decides between a submission and its lock, and the return, which one person
signs and one decides.
"""
