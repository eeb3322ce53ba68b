"""The log of sign-ins: a line for each attempt, written at the door, where nobody can act yet."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from bangfu.foundation.accounts.models import SignIn
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import Account


def note(
    kind: SignIn.Kind, request: HttpRequest, account: Account | None, *, with_second_factor: bool = False
) -> None:
    """Add a line to the log of sign-ins."""
    with system_writes("the log of sign-ins"):
        SignIn.objects.create(
            kind=kind,
            account=account,
            with_second_factor=with_second_factor,
            address=get_client_ip_address(request),
            browser="".join(c for c in request.headers.get("User-Agent", "") if c.isprintable())[:200],
        )


def account_called(username: str) -> Account | None:
    """Return the account that a typed name means, or null."""
    return Account.objects.filter(username__iexact=username).first() if "\x00" not in username else None
