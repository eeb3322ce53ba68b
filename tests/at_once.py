"""Two calls at the same moment, each on a connection of its own: what a lock is for, and what happens without it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import IntegrityError, InternalError, OperationalError, connection

from bangfu.foundation.operations import Refusal

LOOK_S = 0.02
"""So often whoever waits looks around."""
_at_it: list[threading.Thread] = []
"""The threads of the two calls."""


def both(calls: tuple[Callable[[], object], Callable[[], object]]) -> list[str]:
    """Carry out two calls at the same moment and return what became of each: done, a refusal's code, or clash."""
    outcomes = ["", ""]
    together = threading.Barrier(2, timeout=20)

    def carry_out(number: int) -> None:
        together.wait()
        try:
            calls[number]()
            outcomes[number] = "done"
        except Refusal as refusal:
            outcomes[number] = refusal.code
        except (IntegrityError, InternalError, OperationalError):  # a rule, a trigger, or a deadlock
            outcomes[number] = "clash"
        finally:
            connection.close()

    threads = [threading.Thread(target=carry_out, args=(number,)) for number in (0, 1)]
    _at_it[:] = threads
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    _at_it.clear()
    return sorted(outcomes)


def waiting(function: Callable[..., Any], seconds: int) -> Callable[..., Any]:
    """Return the function, which waits until both have come this far, or one waits for the other's lock, or is done.

    Args:
        seconds: it waits no longer than that, whatever the other does.
    """
    late = threading.Barrier(2, timeout=20)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                late.wait(LOOK_S)
                break
            except threading.BrokenBarrierError:
                late.reset()
            if _is_alone() or _somebody_waits_for_a_lock():
                break
        return function(*args, **kwargs)

    return slowly


def _is_alone() -> bool:
    return bool(_at_it) and sum(one.is_alive() for one in _at_it) < 2


def _somebody_waits_for_a_lock() -> bool:
    """Look into the server's locks, over a connection that stands outside every transaction."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as looking:
        found = looking.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)").fetchone()
    return found == (True,)
