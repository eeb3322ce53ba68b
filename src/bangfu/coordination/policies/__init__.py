"""Rules that the company made for the work, each with its number, issuer and validity.

One policy is one number issued by the unit itself: a forwarded notice is none. Until texts and validity are kept here,
units report each policy by its document number.
"""
