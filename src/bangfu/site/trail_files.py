"""What the files of the trail say, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.accounts.models import KIND_WORDS, SignIn
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import ROWS_AT_ONCE

MOST_ROWS = 1_000_000
"""A worksheet holds 1,048,576."""
ENTRY_HEADINGS: tuple[Words, ...] = (
    both("编号", "Entry"),
    both("时间", "Time"),
    both("操作", "Operation"),
    both("登录名", "User name"),
    both("何人", "Who"),
    both("对象", "Objects"),
    both("参数摘要", "Arguments' digest"),
    both("请求号", "Request key"),
    both("令牌", "Token"),
    both("所属批量操作", "Part of"),
)
SIGN_IN_HEADINGS: tuple[Words, ...] = (
    both("时间", "Time"),
    both("情况", "What"),
    both("登录名", "User name"),
    both("何人", "Who"),
    both("第二因素", "Second factor"),
    both("地址", "Address"),
    both("浏览器", "Browser"),
)


def _time(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def entry_rows(found: QuerySet[AuditEntry]) -> Iterator[list[str]]:
    """Return the cells of each operation, with each account named once."""
    names: dict[int, str] = {}
    for one in found[:MOST_ROWS].iterator(chunk_size=ROWS_AT_ONCE):
        if one.actor_id not in names:
            names.update(names_of([one.actor]))
        yield [
            str(one.pk),
            _time(one.recorded_at),
            one.operation,
            one.actor.username,
            names[one.actor_id],
            " ".join(one.objects_named),
            one.payload_digest,
            one.request_key or "",
            one.through or "",
            str(one.part_of_id or ""),
        ]


def sign_in_rows(found: QuerySet[SignIn]) -> Iterator[list[str]]:
    """Return the cells of each line of the log of sign-ins."""
    names: dict[int, str] = {}
    for one in found[:MOST_ROWS].iterator(chunk_size=ROWS_AT_ONCE):
        if one.account is not None and one.account.pk not in names:
            names.update(names_of([one.account]))
        yield [
            _time(one.recorded_at),
            str(KIND_WORDS[one.kind]),
            one.account.username if one.account else "",
            names[one.account.pk] if one.account else "",
            str(both("有", "yes")) if one.with_second_factor else "",
            one.address or "",
            one.browser,
        ]
