"""``{% load figures %}``."""
