"""Precision 精准: projects, industries, training, shop."""
