"""Tables for ad-hoc asks: indicators by places, units and periods, saved, asked again and exported.

The address of a table is its whole question. Every cell is a figure that opens; a total is the figure of the whole, asked by
itself, never a sum that somebody typed. A saved table keeps its question and never its numbers, and every version of it stays.

Scarce: the next version of a saved table, taken under the table's lock, guarded by a trigger.
"""
