"""Audit sampling 审计抽样: facts under a figure are drawn by a seed nobody chose, examined, and the figure carries the result.

An audit is announced, which is sealed in the ledger; the checkpoint of that very block gives the seed. Verdicts are rows
that are never changed; another person closes the audit, which fixes the estimate and its upper limit.

Scarce: the numbers of audits and the one draw and one closing of each, taken under one lock, guarded by unique constraints.
"""
