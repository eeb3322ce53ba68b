"""Doors to own indicators."""
