"""What the pages of forms share: who reads, which form, and how an unknown one is answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from bangfu.foundation.operations import Act, Scope, allows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.picking import units_to_pick
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.reporting.access import own_corner
from bangfu.reporting.forms.models import Form, Version
from bangfu.reporting.forms.queries import form_read_by, newest_version
from bangfu.reporting.room import VIEW


def reader(request: HttpRequest) -> Account:
    """Return who reads. Raises: NotPermitted: they see no figures anywhere."""
    account = reader_of(request)
    own_corner(account, timezone.localdate())
    return account


def act_of(request: HttpRequest, account: Account) -> Act:
    """Return the act of a form that was sent."""
    return Act.now(account, key=request.POST.get("key") or None)


def form_for(account: Account, key: int) -> Form:
    """Return a form that an account may read. Raises: Http404."""
    found = form_read_by(account, key, timezone.localdate())
    if found is None:
        raise Http404(key)
    return found


def version_for(form: Form, number: str = "") -> Version:
    """Return a version of a form by its number; without one, the one in force. Raises: Http404: there is none."""
    found = (
        form.versions.filter(number=int(number)).first()
        if number.isascii() and number.isdigit() and len(number) < 6
        else newest_version(form)
    )
    if found is None:
        raise Http404(form.pk)
    return found


def may_keep(account: Account, form: Form) -> bool:
    """Return whether an account may point cells of a form and upload its next version."""
    return allows(account, "forms.point_cells", Scope(unit=form.unit_id), timezone.localdate())


def units_for(account: Account) -> list[Unit]:
    """Return the units for which a form may be asked."""
    return units_to_pick(account, VIEW, timezone.localdate())


def fields_of(request: HttpRequest, *names: str) -> dict[str, Any]:
    """Return what was sent in some fields, without spaces around it."""
    given = request.POST if request.method == "POST" else request.GET
    return {name: str(given.get(name, "")).strip() for name in names}
