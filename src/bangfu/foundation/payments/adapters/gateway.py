"""One HTTP request to a provider. Nothing of it is quoted in an error: addresses and bodies hold numbers and signatures."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bangfu.foundation.payments.adapters.interface import NotTaken

PATIENCE_S = 10.0
LONGEST_ANSWER = 1_000_000
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


def requested(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """Send a request and return the answer; redirections are not followed.

    Raises: NotTaken: ``unreached``; also for an address without encryption elsewhere than on this machine.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" and host not in THIS_MACHINE:
        raise NotTaken("unreached", is_final=True)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        line = kind(host, parts.port, timeout=PATIENCE_S)
        try:
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            line.request(method, target, body, {"User-Agent": "bangfu-payments", **headers})
            answer = line.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read(LONGEST_ANSWER))
        finally:
            line.close()
    except (OSError, http.client.HTTPException, ValueError):
        raise NotTaken("unreached") from None
