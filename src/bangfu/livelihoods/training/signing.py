"""What the room signs with the key of digests: codes of attendees, squares at the door, links to the feedback form.

Every code is HMAC-SHA256 (RFC 2104) under a key of its own purpose, derived by HKDF (RFC 5869) from the key of digests,
which stays when the house's key is changed. No database holds such a key, so that neither a copy of it nor a look at a
screen is enough to make a code up.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from enum import Enum
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bangfu.foundation.people.vault import digest_key

TURN_SECONDS = 30
"""How long one square stands on the screen."""
TURNS_TAKEN = 2
"""How many squares are taken: the one on the screen, and the one before it, which somebody may just have scanned."""
TICKET_SECONDS = 240
"""How long whoever scanned a square has to enter their code."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty-two characters that nobody confuses on paper (D. Crockford's base 32)."""
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
CODE_LENGTH = 6
"""30 bits: among five hundred attendees a guess hits one in two million times."""
SIGNATURE_BYTES = 10


class Standing(Enum):
    """What a signed text is worth."""

    GENUINE = "genuine"
    LATE = "late"
    MADE_UP = "made up"


@lru_cache(maxsize=8)
def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


def digest(purpose: bytes, text: str) -> bytes:
    """Return the 32 bytes that stand for a text under the key of one purpose."""
    return hmac.digest(_derived(digest_key(), purpose), text.encode(), "sha256")


def _signature(text: str) -> str:
    return base64.b32encode(digest(b"bangfu training desk 1", text)[:SIGNATURE_BYTES]).decode()


def _matches(said: str, text: str) -> bool:
    return hmac.compare_digest(said.encode(), _signature(text).encode())


def attendee_code(course: int, enrolment: int) -> str:
    """Return the code by which an attendee answers for themselves: six characters, ``K7M-2QX``."""
    number = int.from_bytes(digest(b"bangfu training attendee 1", f"{course}:{enrolment}")[:4], "big")
    letters = "".join(ALPHABET[number >> (5 * at) & 31] for at in range(CODE_LENGTH))
    return f"{letters[:3]}-{letters[3:]}"


def code_typed(text: str) -> str:
    """Return a code as it is printed, from whatever somebody typed.

    >>> code_typed(" k7m 2qx"), code_typed("OIL-000")
    ('K7M-2QX', '011-000')
    """
    letters = "".join(one for one in text.upper() if one.isascii() and one.isalnum()).translate(READ_AS)
    return f"{letters[:3]}-{letters[3:]}"


def turn(at: datetime) -> int:
    """Return which square stands on the screen at a moment."""
    return int(at.timestamp()) // TURN_SECONDS


def square_token(desk: int, at: datetime) -> str:
    """Return what the square of a desk says at a moment."""
    return f"{desk}.{turn(at)}.{_signature(f'square:{desk}:{turn(at)}')}"


def read_square(token: str, at: datetime) -> tuple[int, Standing]:
    """Return the desk that a square names, and what the square is worth at a moment; 0 when it names none."""
    desk, number, said = _parts(token)
    if not _matches(said, f"square:{desk}:{number}"):
        return 0, Standing.MADE_UP
    is_fresh = 0 <= turn(at) - number < TURNS_TAKEN
    return desk, Standing.GENUINE if is_fresh else Standing.LATE


def ticket(desk: int, at: datetime) -> str:
    """Return what whoever scanned a fresh square shows when they send their code."""
    seconds = int(at.timestamp())
    return f"{desk}.{seconds}.{_signature(f'ticket:{desk}:{seconds}')}"


def read_ticket(text: str, desk: int, at: datetime) -> Standing:
    """Return what a ticket is worth at a desk and a moment."""
    named, seconds, said = _parts(text)
    if named != desk or not _matches(said, f"ticket:{desk}:{seconds}"):
        return Standing.MADE_UP
    return Standing.GENUINE if 0 <= int(at.timestamp()) - seconds <= TICKET_SECONDS else Standing.LATE


def desk_token(desk: int) -> str:
    """Return what the link to a desk for feedback says; it is good as long as the desk is open."""
    return f"{desk}.0.{_signature(f'desk:{desk}')}"


def read_desk(token: str) -> int:
    """Return the desk that a link names; 0 when the link is made up."""
    desk, _, said = _parts(token)
    return desk if _matches(said, f"desk:{desk}") else 0


def _parts(text: str) -> tuple[int, int, str]:
    """Return the two numbers and the signature of a signed text; zeros when it has not that form."""
    parts = text.split(".")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 16 for one in parts[:2]):
        return 0, 0, ""
    return int(parts[0]), int(parts[1]), parts[2]
