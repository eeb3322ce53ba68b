"""Findings 疑点: anything wrong that a rule or a person noticed, worked through until somebody else is satisfied.

A finding says what was noticed, about which records, facts, units and places. It is assigned, answered with an
explanation and evidence, and accepted or returned by another person from above or of audit; or dismissed with a reason.
The same matter noticed again re-opens the old finding. A finding never blocks anything by itself.

Nothing is scarce here; two raisers of one matter meet at its fingerprint, which is unique.
"""
