"""A JSON request to the maker of a chat, and what it answered."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from bangfu.foundation.notices.channels.interface import Failed
from bangfu.foundation.rooms import both

PATIENCE_S = 10.0
LONGEST_ANSWER = 10_000
NOT_REACHED = both("连不上群机器人的服务器（{kind}）。", "The robot's server is not reached ({kind}).")
WRONG_STATUS = both("群机器人的服务器回答 {status}。", "The robot's server answered {status}.")
UNREADABLE = both("看不懂群机器人的回答。", "The robot's answer cannot be read.")


def posted(url: str, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a server answered to a JSON request; redirections are not followed.

    Args:
        query: goes into the address, which holds the robot's key: no error quotes it.

    Raises: Failed: it is not reached, or answers nothing that can be read.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    try:
        line = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
        try:
            line.request(
                "POST",
                f"{parts.path}?{urlencode(query)}",
                json.dumps(body, ensure_ascii=False).encode(),
                {"Content-Type": "application/json; charset=utf-8", "User-Agent": "bangfu-notices"},
            )
            answer = line.getresponse()
            status, text = answer.status, answer.read(LONGEST_ANSWER)
        finally:
            line.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failed(NOT_REACHED.filled(kind=type(error).__name__)) from None
    if status != http.client.OK:
        raise Failed(WRONG_STATUS.filled(status=status))
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Failed(UNREADABLE)
    return found
