"""Persons: entered one or many at a time, matched by a blind index, shown masked, unmasked for a reason, erased."""
