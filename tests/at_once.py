"""Two calls at the same moment, each on a connection of its own: what a lock is for, and what happens without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, InternalError, OperationalError, connection

from bangfu.foundation.operations import Refusal


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
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    return sorted(outcomes)


def waiting(function: Callable[..., Any], seconds: int) -> Callable[..., Any]:
    """Return the function, which waits until both have come this far, or one waits for the other's lock."""
    late = threading.Barrier(2, timeout=20)

    def slowly(*args: Any, **kwargs: Any) -> Any:
        try:
            late.wait(seconds)
        except threading.BrokenBarrierError:
            late.reset()
        return function(*args, **kwargs)

    return slowly
