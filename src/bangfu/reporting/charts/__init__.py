"""Charts that answer questions: trend against target, composition, ranking, distribution and flow of funds.

The address of a chart is its whole question. Each mark opens the figure behind it, each chart has its table, and both leave the
house as files. Drawing is plain computation (``engines``) from values that the figures' own statements give (``answers``). A
saved chart keeps its question and never its numbers, and every version of it stays.

Scarce: the next version of a saved chart, taken under the chart's lock, guarded by a trigger.
"""
