"""Base stations that a branch builds: registered, proved by photograph or test log, verified, counted once.

A station is not a site: one site carries several stations. Four dates may fall into four years (on air, accepted,
capitalised, paid); a station counts on the day it was accepted, for the unit that built it, never for a sharer.
Scarce here: a station's code. Who registers takes the lock of the code first, see ``operations``; the database
refuses a second living station with the same code, and the ledger a second count of it.
"""
