"""The inbox for programs: the notices of the token's own account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router

from bangfu.foundation.api.answering import Answer, Listed, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.notices.models import Notice

router = Router(tags=["notices"])


class NoticeTold(Answer):
    """One notice, in both languages."""

    id: int
    kind: str
    title: dict[str, str]
    body: dict[str, str]
    address: str
    urgent: bool
    made_at: datetime
    read_at: datetime | None


def _told(notices: list[Notice]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "kind": one.kind,
            "title": {"zh": one.title_zh, "en": one.title_en},
            "body": {"zh": one.body_zh, "en": one.body_en},
            "address": one.address,
            "urgent": one.is_urgent,
            "made_at": one.made_at,
            "read_at": one.read_at,
        }
        for one in notices
    ]


@router.get("/notices", response=Listed[NoticeTold], operation_id="notices", summary="通知 · Notices")
def notices(
    request: HttpRequest, unread: bool = False, cursor: Cursor = None, limit: Limit = 50
) -> dict[str, Any]:
    """The notices of the token's account, in the order they came."""
    found = Notice.objects.filter(account=asker_of(request).account)
    return page_of(found.filter(read_at=None) if unread else found, cursor, limit, _told)
