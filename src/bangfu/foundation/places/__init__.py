"""Places: the administrative divisions of the country, from the province to the village.

A place keeps its number for ever: the twelve-digit statistical code under which it entered. The tree is in
the number, so a subtree is a range. Names and codes are dated versions; a place that comes under another
parent is a new place that succeeds the old one. Nothing here is scarce.
"""
