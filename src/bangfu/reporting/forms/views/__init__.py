"""Doors of forms: listing and keeping, pointing, filling."""
