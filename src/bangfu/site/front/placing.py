"""``python -m bangfu.site.front.placing WHAT DESCRIPTOR`` takes orders, gifts, messages or vouchers for the process whose socket
this is."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
from importlib import import_module

PLACERS = {
    "orders": "bangfu.livelihoods.shop.door.placer",
    "gifts": "bangfu.giving.campaigns.door.placer",
    "messages": "bangfu.foundation.payments.door.placer",
    "vouchers": "bangfu.foundation.api.door.placer",
}
MANY_OBJECTS = 50_000
"""After so many new objects unreachable ones are looked for: a call makes thousands, and frees them itself."""


def main(what: str, descriptor: int) -> None:
    """Place what a door gathers until it closes its end."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # a sandbox that forbids it forbade the front, too
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))  # a door gives way to it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everything; the door decides
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    import django

    django.setup()
    serve = import_module(PLACERS[what]).serve  # models are ready by now

    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY_OBJECTS)
    with socket.socket(fileno=descriptor) as channel:
        serve(channel)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
