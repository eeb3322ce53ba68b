"""Doors of the industries room."""
