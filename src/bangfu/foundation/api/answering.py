"""What answers are made of: their form, pages of them, and their strong tags."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field

from bangfu.foundation.api.paging import cursor_after, key_of
from bangfu.foundation.rooms import Words

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


class Answer(BaseModel):
    """A part of an answer; nothing but what is declared goes out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(Answer):
    """Words in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, words: Words) -> Said:
        """Return words as an answer has them."""
        return cls(zh=words.zh, en=words.en)


class Listed(Schema, Generic[Row]):
    """One page of a list."""

    items: list[Row]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


def page_of(
    rows: QuerySet[Record], cursor: str | None, limit: int, told: Callable[[list[Record]], Iterable[Any]]
) -> dict[str, Any]:
    """Return the rows after a cursor by their keys: what comes in meanwhile is found on later pages, and nothing twice.

    Args:
        told: makes what is answered of a page's rows, all at once.
    """
    if cursor is not None:
        rows = rows.filter(pk__gt=key_of(cursor))
    found = list(rows.order_by("pk")[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return {"items": list(told(page)), "next": cursor_after(page[-1].pk) if more else None}


def dotted(value: Decimal | None) -> str | None:
    """Return an exact number as text, without an exponent and without zeros at its end; null for none.

    >>> dotted(Decimal("12.5000")), dotted(Decimal("1E+2"))
    ('12.5', '100')
    """
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tag_of(content: bytes) -> str:
    """Return the strong entity tag of an answer's bytes."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
