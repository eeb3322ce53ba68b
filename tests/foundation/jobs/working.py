"""A worker that knows the toy room: ``python -m tests.foundation.jobs.working RUNNER PREDECESSOR SILENT_FOR_S``."""

import sys
from datetime import timedelta

import django


def work() -> None:
    """Carry out jobs until it is stopped."""
    django.setup()
    from bangfu.foundation.jobs.worker import Worker
    from tests.foundation.jobs.toy import toy_room

    runner, predecessor, silent_for = sys.argv[1:]
    with toy_room():
        Worker(runner, predecessor, at_once=3, silent_for=timedelta(seconds=float(silent_for))).work()


if __name__ == "__main__":
    work()
