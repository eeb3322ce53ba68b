"""How organisations are told apart in the wing's records."""

PARTY_CODE = r"^[A-Z0-9][A-Z0-9-]*$"
"""An organisation's code: its unified social credit code, or the unit's own number for it. Never a name."""
