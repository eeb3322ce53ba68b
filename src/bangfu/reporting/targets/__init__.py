"""Annual pledges 责任书: what a unit commits itself to in a year, cascaded to the units below, and how far each is.

A pledge has versions; the first and every revision rest on a document, are drafted by one person and approved by another, and
stay readable for ever, so that a target is never lowered in silence. Completion is never typed: it is the figure of the
target's indicator. What is forecast, and which light that means, follows a dated rule that everybody can read.

Scarce: the one open version of a pledge and the one decision on it, taken under the pledge's lock, guarded by triggers.
"""
