"""What corrections say to programs: letters of strangers are read by whoever reads corrections, and never who wrote them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import Case
from bangfu.reporting.corrections.room import VIEW

_BY_THE_STRANGER = both(
    "来信由写信人在公开页面上写，凭自己的链接查看",
    "Strangers write at the public page and follow by a link of their own",
)


def _cases(account: Account, on: date) -> QuerySet[Case]:
    return Case.objects.all() if allows(account, VIEW, Scope(), on) else Case.objects.none()


API = RoomApi(
    seen={"corrections.case": _cases},
    hidden=frozenset({"corrections.case.receipt", "corrections.case.words_key"}),
    not_offered={"corrections.open_case": _BY_THE_STRANGER, "corrections.reopen_case": _BY_THE_STRANGER},
)
