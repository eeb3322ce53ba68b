"""Money: what is owned and owed, in double entry; the other ledger counts what was achieved.

An entry has legs in integer minor units (fen of CNY, whole POINTs) that sum to zero per asset and fund; the database checks
it when the transaction ends. Entries are never changed: a mistake is reversed by an entry that mirrors it. Scarce here: what a
restricted fund holds. Who spends takes the fund's lock before looking, and the database refuses a fund below zero.
``operations.post_entry`` and ``post_entries`` are plain functions for use inside operations.
"""
