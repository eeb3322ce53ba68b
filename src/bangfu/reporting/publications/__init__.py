"""Publications: a report is prepared, checked, approved by another person and frozen; nobody changes it afterwards.

Preparing fixes the text, the block, the definitions, every figure and the exact facts under it. Freezing gives a number
and writes the bundle: one file in which a stranger finds figures, facts, proofs and the program that verifies them. What of
a fact is shown to the public is decided once, when the publication is prepared (``disclosing``).

Scarce: the numbers of publications and the one decision on each, taken under one lock, guarded by unique constraints.
"""
