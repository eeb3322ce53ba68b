"""Doors of findings: pages to read, forms to act, and the rules."""
