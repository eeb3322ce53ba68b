"""Proofs over the ledger: leaves, an RFC 6962 tree over them, and signed checkpoints. No Django in here.

``verify`` is one file that needs nothing but Python: bangfu verifies with it, and it goes into every bundle, so that a
stranger verifies with the very same lines.
"""
