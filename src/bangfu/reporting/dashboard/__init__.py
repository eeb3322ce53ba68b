"""The leadership dashboard: how the programme, or one unit with all below it, stands on one page.

Pledges, figures with their months, units, counties that need attention, the quality of the numbers, and what came in today.
Every tile asks together with its like: a page puts the same few questions to the database however many units and facts there are.
What of it concerns a reader's own units stands on Today too (``standing``, ``changed``).
"""
