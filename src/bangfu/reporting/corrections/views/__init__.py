"""Doors of corrections: for those who work here, and for everybody."""
