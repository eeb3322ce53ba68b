"""Doors of reported records: they translate and call operations."""
