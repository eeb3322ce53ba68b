"""Engines that count: PostgreSQL live, DuckDB and Spark over a snapshot; the same expressions, equal figures.

An engine answers questions, each a term and a selection, with exact sums. What is worked out from sums (quotients, growth,
rounding) is the same code for all of them.
"""
