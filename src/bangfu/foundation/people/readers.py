"""Who reads a page."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms.tiers import Tier


def reader_of(request: HttpRequest) -> Account:
    """Return the account that is signed in.

    Raises: PermissionDenied: nobody is; the site's door lets no such request through to a room's page.
    """
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def tier_of(request: HttpRequest) -> Tier:
    """Return who asks: the public without sign-in, else a reader; evidence asks for its own permission besides."""
    return Tier.READER if isinstance(request.user, Account) else Tier.PUBLIC
