"""Industries 产业: what a county is helped to live on, who runs it, and how its households share in it.

An industry counts once a second person verified the county document that recognises it. What makes it assistance is that named
households gain: a contract says how, a payment with its bank proof that they did. Households are known here by the number of the
register alone. Scarce here: what is left of a lot; who draws it down locks the lot, and a trigger of the database refuses more
than its harvest gives.
"""
