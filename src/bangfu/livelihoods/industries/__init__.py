"""What a county is helped to live on: one product of its own, with the households that gain from it.

An industry counts while it is supported; capacity and value of goods are not sales. Until links, purchases and payments to
households are kept here, units report each county's product by the project's approval.
"""
