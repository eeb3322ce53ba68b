"""Doors of the leadership room: pages to read, and forms and buttons that lead to its operations."""
