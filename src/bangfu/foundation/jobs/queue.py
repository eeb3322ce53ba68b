"""The queue: what procrastinate keeps of a job is its number alone; how far it is stands in the job's own row.

A place in the queue may be taken twice or after the job is finished: it is the row that says whether there is anything to do.
"""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

QUEUE = "bangfu"


@app.task(name="bangfu.carry_out", queue=QUEUE)
def carry_out(job: int) -> None:
    """Carry out one job, if it still waits."""
    from bangfu.foundation.jobs.running import carry_out as carried_out

    carried_out(job)


@app.periodic(cron="* * * * *")
@app.task(name="bangfu.ask_due", queue=QUEUE, priority=10, queueing_lock="bangfu.ask_due")
def ask_due(timestamp: int) -> None:
    """Ask for what the house does by itself and is due, once a minute however many workers there are."""
    from bangfu.foundation.jobs.hours import ask_for_what_is_due

    ask_for_what_is_due(timezone.now())


def put_into_queue(job: int) -> None:
    """Queue a job; in the transaction of whoever asks, so that nothing is queued if that rolls back."""
    carry_out.defer(job=job)
