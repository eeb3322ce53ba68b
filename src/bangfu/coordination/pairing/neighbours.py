"""What other rooms of the wing may take from pairing: the pairings that count."""

from bangfu.coordination.pairing.queries import counted

__all__ = ["counted"]
