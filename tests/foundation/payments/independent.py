"""The providers' cryptography a second time, from the standards and without the library that the product uses.

RSASSA-PKCS1-v1_5 (RFC 8017, 8.2) by modular powers; AES-256 (FIPS 197) and GCM (NIST SP 800-38D) by tables and shifts.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


class Pair:
    """A key pair: files for the product, numbers for the fake."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        numbers = key.private_numbers()
        self._n, self._e, self._d = numbers.public_numbers.n, numbers.public_numbers.e, numbers.d

    def _padded(self, content: bytes) -> int:
        digest = SHA256_PREFIX + hashlib.sha256(content).digest()
        return int.from_bytes(b"\x00\x01" + b"\xff" * (256 - len(digest) - 3) + b"\x00" + digest, "big")

    def sign(self, content: bytes) -> str:
        return base64.b64encode(pow(self._padded(content), self._d, self._n).to_bytes(256, "big")).decode()

    def has_signed(self, content: bytes, signature: str) -> bool:
        number = int.from_bytes(base64.b64decode(signature), "big")
        return pow(number, self._e, self._n) == self._padded(content)


@lru_cache
def _box() -> list[int]:
    """The S-box: inverses in GF(2^8), then the affine map."""
    powers, logs, value = [0] * 256, [0] * 256, 1
    for exponent in range(255):
        powers[exponent], logs[value] = value, exponent
        value ^= _double(value)
    found = []
    for byte in range(256):
        inverse = powers[(255 - logs[byte]) % 255] if byte else 0
        mixed = inverse
        for turn in range(1, 5):
            mixed ^= ((inverse << turn) | (inverse >> (8 - turn))) & 255
        found.append(mixed ^ 0x63)
    return found


def _double(byte: int) -> int:
    return ((byte << 1) ^ 0x1B) & 255 if byte & 128 else byte << 1


def _round_keys(key: bytes) -> list[bytes]:
    words, box, constant = [key[at : at + 4] for at in range(0, 32, 4)], _box(), 1
    for number in range(8, 60):
        word = words[-1]
        if number % 8 == 0:
            word = bytes(box[byte] for byte in word[1:] + word[:1])
            word = bytes([word[0] ^ constant, *word[1:]])
            constant = _double(constant)
        elif number % 8 == 4:
            word = bytes(box[byte] for byte in word)
        words.append(bytes(a ^ b for a, b in zip(word, words[number - 8], strict=True)))
    return [b"".join(words[at : at + 4]) for at in range(0, 60, 4)]


def _block(keys: list[bytes], block: bytes) -> bytes:
    box = _box()
    state = bytes(a ^ b for a, b in zip(block, keys[0], strict=True))
    for number, key in enumerate(keys[1:], 1):
        state = bytes(box[state[(4 * (at // 4) + 5 * (at % 4)) % 16]] for at in range(16))
        if number < len(keys) - 1:
            mixed = []
            for column in range(0, 16, 4):
                a = state[column : column + 4]
                every = a[0] ^ a[1] ^ a[2] ^ a[3]
                mixed += [a[at] ^ every ^ _double(a[at] ^ a[(at + 1) % 4]) for at in range(4)]
            state = bytes(mixed)
        state = bytes(a ^ b for a, b in zip(state, key, strict=True))
    return state


def _times(x: int, y: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = (y >> 1) ^ (0xE1 << 120 if y & 1 else 0)
    return product


def gcm_sealed(key: bytes, nonce: bytes, content: bytes, beside: bytes) -> bytes:
    """Return what AES-256-GCM makes of a content, with its tag at the end, under a nonce of twelve bytes."""
    keys = _round_keys(key)
    subkey = int.from_bytes(_block(keys, bytes(16)), "big")

    def stream(counter: int) -> bytes:
        return _block(keys, nonce + counter.to_bytes(4, "big"))

    sealed = b"".join(
        bytes(a ^ b for a, b in zip(content[at : at + 16], stream(at // 16 + 2), strict=False))
        for at in range(0, len(content), 16)
    )

    def filled(part: bytes) -> bytes:
        return part + bytes(-len(part) % 16)

    lengths = (len(beside) * 8).to_bytes(8, "big") + (len(sealed) * 8).to_bytes(8, "big")
    hashed = 0
    text = filled(beside) + filled(sealed) + lengths
    for at in range(0, len(text), 16):
        hashed = _times(hashed ^ int.from_bytes(text[at : at + 16], "big"), subkey)
    tag = hashed ^ int.from_bytes(stream(1), "big")
    return sealed + tag.to_bytes(16, "big")
