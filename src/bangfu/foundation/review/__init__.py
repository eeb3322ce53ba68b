"""Review: four eyes on every record. Whoever submitted a record never decides it.

Records are submitted on a paper (a batch, one signature for many) or alone; a second person verifies or returns them.
Submitting and deciding are operations of the record's own room; this room keeps the rule, the inbox and the paper's page.
"""
