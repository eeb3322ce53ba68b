"""Doors of the shop: they translate and call operations."""
