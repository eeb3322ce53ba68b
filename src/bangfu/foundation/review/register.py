"""The operations with which each room's papers are decided; rooms enter theirs when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Decider = Callable[..., Any]

deciders: dict[str, tuple[Decider, Decider]] = {}
"""Record type code → the room's operations to verify and to return a paper.

Called as ``verify(batch=…, act=…)`` and ``give_back(batch=…, remark=…, act=…)``.
"""
