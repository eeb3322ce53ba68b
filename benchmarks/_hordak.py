"""django-hordak, with settings of its own in a process of its own, makes transfers."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many of ``count`` a second a piece of work makes."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def child() -> None:
    """Set django-hordak up on an empty database, and print how many transfers a second it makes, by way."""
    import django

    address, sizes = sys.argv[1:3]
    _configure(address)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(json.dumps(_made(*json.loads(sizes))))


def caller() -> None:
    """Make transfers one by one, each committed, beside others who do the same; ready for it, wait for a line."""
    import django

    address, count = sys.argv[1:3]
    _configure(address)
    django.setup()
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    cash, income = Account.objects.get(code="1"), Account.objects.get(code="2")
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        with transaction.atomic():
            income.transfer_to(cash, Money(number % 9_999 + 1, "CNY") / 100)


def _configure(address: str) -> None:
    from django.conf import settings

    from bangfu.site.settings import database_at

    settings.configure(
        DATABASES={"default": database_at(address)},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", DEFAULT_CURRENCY="CNY", HORDAK_INTERNAL_CURRENCY="CNY",
        HORDAK_CURRENCIES=["CNY"], USE_TZ=True, SECRET_KEY="bench",
    )  # fmt: skip


def _made(each: int, bulk: int, rounds: int) -> dict[str, float]:
    from django.db import transaction
    from hordak.models import Account, Leg, Transaction
    from moneyed import Money

    cash = Account.objects.create(name="cash", code="1", type="AS", currencies=["CNY"])
    income = Account.objects.create(name="gifts", code="2", type="IN", currencies=["CNY"])
    amounts = [Money(f"{number % 9_999 + 1}.00", "CNY") / 100 for number in range(bulk)]

    def as_its_manual_says(count: int) -> None:
        with transaction.atomic():
            for amount in amounts[:count]:
                income.transfer_to(cash, amount)

    def by_bulk_create() -> None:
        with transaction.atomic():
            heads = Transaction.objects.bulk_create([Transaction() for _ in amounts], batch_size=5_000)
            legs: list[Any] = []
            for head, amount in zip(heads, amounts, strict=True):
                legs += [
                    Leg(transaction=head, account=income, credit=amount),
                    Leg(transaction=head, account=cash, debit=amount),
                ]
            Leg.objects.bulk_create(legs, batch_size=5_000)

    return {
        "in one transaction": max(rate(each, lambda: as_its_manual_says(each)) for _ in range(rounds)),
        "bulk_create": max(rate(bulk, by_bulk_create) for _ in range(2)),
    }
