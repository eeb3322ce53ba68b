"""Merchant accounts and statements as files that say where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.payments.models import OWNER_WORDS, PROVIDER_WORDS, Outcome
from bangfu.foundation.payments.queries import merchants_seen_by, statements_seen_by
from bangfu.foundation.payments.views.reading import reader
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, list_file, not_figures, origin_of

MERCHANTS: tuple[Words, ...] = (
    both("账户", "Account"), both("代码", "Code"), both("渠道", "Provider"), both("钱归谁", "Whose the money is"),
    both("负责单位", "Unit"), both("状态", "State"),
)  # fmt: skip
STATEMENTS: tuple[Words, ...] = (
    both("账单", "Statement"), both("收款账户", "Merchant account"), both("首日", "First day"), both("行数", "Lines"),
    both("不一致", "Not matched"),
)  # fmt: skip


@require_safe
def merchants(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the merchant accounts that the reader may see."""
    account = reader(request)
    found = merchants_seen_by(account, timezone.localdate()).order_by("closed_at", "code")
    cells: Iterator[list[Cell]] = (
        [
            one.title, one.code, str(PROVIDER_WORDS[one.provider]), f"{OWNER_WORDS[one.owner_kind]} · {one.owner_title}",
            one.unit.name, str(both("已停用", "closed") if one.closed_at else both("在用", "in use")),
        ]
        for one in found
    )  # fmt: skip
    what = not_figures(both("收款账户", "Merchant accounts"))
    origin = origin_of(
        request, reverse("payments:merchants"), what, taken_by=account.display_name, narrowed_to=[]
    )
    return list_file("merchants", form, MERCHANTS, cells, origin)


@require_safe
def statements(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the statements that were read, with what did not match."""
    account = reader(request)
    seen = statements_seen_by(account, timezone.localdate()).annotate(
        wrong=Count("lines", filter=~Q(lines__outcome=Outcome.MATCHED))
    )
    cells: Iterator[list[Cell]] = (
        [one.file_name, one.merchant.title, str(one.starts_on), Decimal(one.line_count), Decimal(one.wrong)]
        for one in seen.order_by("-starts_on", "-pk")
    )
    what = not_figures(both("渠道账单", "Statements"))
    origin = origin_of(
        request, reverse("payments:statements"), what, taken_by=account.display_name, narrowed_to=[]
    )
    return list_file("statements", form, STATEMENTS, cells, origin)
