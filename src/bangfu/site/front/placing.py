"""``python -m bangfu.site.front.placing DESCRIPTOR``: places orders for the process whose socket this is."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

MANY_OBJECTS = 50_000
"""After so many new objects unreachable ones are looked for: a call makes thousands, and frees them itself."""


def main(descriptor: int) -> None:
    """Place orders until the door closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everything; the door decides
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.site.settings")
    import django

    django.setup()
    from bangfu.livelihoods.shop.door.placer import Placer  # models are ready after that

    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY_OBJECTS)
    with socket.socket(fileno=descriptor) as channel:
        Placer(channel).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
