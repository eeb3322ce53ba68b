"""Records of every room: lists, and one of them with its review, its facts and its evidence."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field, create_model

from bangfu.foundation.api.answering import Answer, Listed, Said, dotted, page_of
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.declaring import RoomApi, Seen
from bangfu.foundation.api.fields import (
    Narrowing,
    coded,
    fields_model,
    filter_model,
    filters_of,
    narrowed,
    told_fields,
    values_of,
)
from bangfu.foundation.api.paging import Cursor, Limit
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.evidence.queries import attachments_of, within_reach
from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.models import Member
from bangfu.foundation.ledger.queries import facts_of
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.queries import reviews_of
from bangfu.foundation.rooms import RecordType, RoomDeclaration, both, rooms
from bangfu.foundation.rooms.tiers import Tier

Id = Path(..., ge=1, le=2**63 - 1)
ROOT = "/api/v1"


class Row(Answer):
    """A label and what stands behind it, as the record's page has them."""

    label: Said
    value: str


class ReviewTold(Answer):
    """How far a record's review is."""

    state: str
    submitted_at: datetime
    decided_at: datetime | None
    rule: str = Field(description="The rule by which a system verified it; empty when a person did.")


class EvidenceTold(Answer):
    """A file that hangs on a record: what is known of it, not the file."""

    sha256: str
    name: str
    kind: str
    media_type: str
    size: int
    attached_at: datetime
    page: str


class FactTold(Answer):
    """A fact that a record proves."""

    id: int
    measure: str
    quantity: str
    happened_on: date
    reverses: int | None
    block: int | None = Field(description="Null: not sealed yet.")
    url: str


class TypeTold(Answer):
    """A type of records."""

    code: str
    number: int
    room: str
    title: Said
    url: str | None = Field(description="Null: programs are not offered it.")


@dataclass(frozen=True)
class Offered:
    """A type of records that programs read."""

    room: RoomDeclaration
    kind: RecordType
    model: type[Model]
    seen: Seen
    names: tuple[str, ...]
    filters: Mapping[str, tuple[Any, Narrowing]]


def _seen_by_columns(room: RoomDeclaration, model: type[Model]) -> Seen | None:
    """Return who reads records that have a unit and a place themselves: by the room's permission, as its pages do."""
    names = {field.name for field in model._meta.concrete_fields}
    permission = room.view_permission
    if permission is None or not {"unit", "place"} <= names:
        return None

    def seen(account: Account, on: date) -> QuerySet[Any]:
        return model._default_manager.filter(within_grants(account, permission, on, has_line="line" in names))

    return seen


def offered_types(apis: Mapping[str, RoomApi]) -> list[tuple[RoomDeclaration, RecordType, Offered | None]]:
    """Return every type of records, with what is offered of it; null for one of which nobody said who may read it."""
    found: list[tuple[RoomDeclaration, RecordType, Offered | None]] = []
    for room in rooms():
        api = apis.get(room.code, RoomApi())
        for kind in room.record_types:
            model: Any = apps.get_model(kind.model)
            hidden = frozenset(
                one.rpartition(".")[2] for one in api.hidden if one.rpartition(".")[0] == kind.code
            )
            seen = api.seen.get(kind.code) or _seen_by_columns(room, model)
            if seen is None:
                found.append((room, kind, None))
                continue
            names, filters = tuple(told_fields(model, hidden)), filters_of(kind, model, hidden)
            found.append((room, kind, Offered(room, kind, model, seen, names, filters)))
    return found


def records_router(types: list[tuple[RoomDeclaration, RecordType, Offered | None]]) -> Router:
    """Return the addresses of every room's records."""
    router = Router(tags=["records"])
    told = [
        TypeTold(
            code=kind.code,
            number=kind.number,
            room=room.code,
            title=Said.of(kind.title),
            url=f"{ROOT}/records/{kind.code}" if offered else None,
        )
        for room, kind, offered in types
    ]

    @router.get("", response=list[TypeTold], operation_id="record_types", summary="Types of records")
    def record_types(request: HttpRequest) -> list[TypeTold]:
        """Every type of records of every room."""
        return told

    for _, _, offered in types:
        if offered is not None:
            _add(router, offered)
    return router


def _add(router: Router, one: Offered) -> None:
    kind, base = one.kind, "".join(part.capitalize() for part in one.kind.code.replace(".", "_").split("_"))
    hidden = frozenset(field.name for field in one.model._meta.concrete_fields) - frozenset(one.names)
    fields = fields_model(kind, one.model, hidden)
    shape = create_model(
        base,
        __base__=Answer,
        __doc__=f"{kind.title.zh} · {kind.title.en}.",
        id=(int, ...),
        type=(str, ...),
        title=(str, ...),
        review=(str | None, Field(description="How far its review is; null when it was never submitted.")),
        summary=(list[Row], ...),
        fields=(fields, ...),
        url=(str, ...),
    )
    whole = create_model(
        f"{base}Opened",
        __base__=shape,
        page=(str, Field(description="Its page for people.")),
        reviewed=(ReviewTold | None, ...),
        facts=(list[FactTold], ...),
        evidence=(list[EvidenceTold], ...),
    )
    choices = ", ".join(one.names)
    paging: dict[str, Any] = {
        "fields": (
            str | None,
            Field(
                None,
                max_length=500,
                pattern=r"^[a-z0-9_]+(,[a-z0-9_]+)*$",
                description=f"Only these fields: {choices}.",
            ),
        ),
        "cursor": (Cursor, None),
        "limit": (Limit, 50),
    }
    asked_model = filter_model(kind, one.filters, paging)

    def listed(request: HttpRequest, asked: Any) -> dict[str, Any]:
        asker = asker_of(request)
        rows = narrowed(one.seen(asker.account, asker.today), one.filters, asked)
        wanted = _wanted(one, asked.fields)
        rows = rows.select_related(*coded(one.model, wanted))
        return page_of(rows, asked.cursor, asked.limit, lambda found: told(one, found, wanted))

    def opened(request: HttpRequest, id: int, fields: Any) -> dict[str, Any]:
        asker = asker_of(request)
        record = one.seen(asker.account, asker.today).filter(pk=id).first()
        if record is None:
            raise not_found(kind.title, id)
        return _opened(one, record, asker.account, asker.today, _wanted(one, fields.fields))

    listed.__signature__ = _signature(asked=(asked_model, Query(...)))  # type: ignore[attr-defined]
    opened.__signature__ = _signature(id=(int, Id), fields=(_Wanted, Query(...)))  # type: ignore[attr-defined]
    router.add_api_operation(
        f"/{kind.code}", ["GET"], listed, response=Listed[shape], exclude_unset=True,  # type: ignore[valid-type]
        operation_id=f"list_{kind.code.replace('.', '_')}", summary=f"{kind.title.zh} · {kind.title.en}",
        description=f"Records of the type {kind.code} that the token's account may read, in the order they came in.",
    )  # fmt: skip
    router.add_api_operation(
        f"/{kind.code}/{{id}}", ["GET"], opened, response=whole, exclude_unset=True,
        operation_id=f"read_{kind.code.replace('.', '_')}", summary=f"{kind.title.zh} · {kind.title.en}",
        description="One record with its review, its facts and its evidence.",
    )  # fmt: skip


class _Wanted(Schema):
    fields: str | None = Field(None, max_length=500, pattern=r"^[a-z0-9_]+(,[a-z0-9_]+)*$")


def _signature(**parameters: tuple[Any, Any]) -> inspect.Signature:
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    first = inspect.Parameter("request", either, annotation=HttpRequest)
    rest = [
        inspect.Parameter(name, either, annotation=kind, default=default)
        for name, (kind, default) in parameters.items()
    ]
    return inspect.Signature([first, *rest])


def _wanted(one: Offered, fields: str | None) -> list[str]:
    """Return the fields that are told: those asked for, or all.

    Raises: Failed: ``not_known``.
    """
    if fields is None:
        return list(one.names)
    asked = fields.split(",")
    for name in asked:
        if name not in one.names:
            raise not_found(both("字段", "field"), name)
    return asked


def told(one: Offered, records: list[Any], wanted: list[str]) -> list[dict[str, Any]]:
    """Return records as a list tells them, with what is said of all of them read at once."""
    keys = [record.pk for record in records]
    summaries = one.kind.summaries(keys)
    states = dict(reviews_of(one.kind.number, keys).values_list("record_id", "state"))
    return [
        {
            "id": record.pk,
            "type": one.kind.code,
            "title": summary.title if summary else str(record),
            "review": states.get(record.pk),
            "summary": [
                {"label": {"zh": label.zh, "en": label.en}, "value": str(value)}
                for label, value in (summary.rows_for(Tier.READER) if summary else ())
            ],
            "fields": values_of(record, wanted),
            "url": f"{ROOT}/records/{one.kind.code}/{record.pk}",
        }
        for record in records
        for summary in [summaries.get(record.pk)]
    ]


def _opened(one: Offered, record: Any, account: Account, on: date, wanted: list[str]) -> dict[str, Any]:
    number = one.kind.number
    review = reviews_of(number, [record.pk]).first()
    return {
        **told(one, [record], wanted)[0],
        "page": one.kind.address(record.pk),
        "reviewed": None
        if review is None
        else {
            "state": review.state,
            "submitted_at": review.submitted_at,
            "decided_at": review.decided_at,
            "rule": review.rule or "",
        },
        "facts": facts_told(list(facts_of(number, record.pk))),
        "evidence": evidence_told(number, record.pk, account, on),
    }


def facts_told(facts: list[Any]) -> list[dict[str, Any]]:
    """Return facts with their measures and blocks, read at once."""
    measures = {measure_number(code): code for code in declared_measures()}
    blocks = dict(
        Member.objects.filter(fact_id__in=[fact.pk for fact in facts]).values_list("fact_id", "block_id")
    )
    return [
        {
            "id": fact.pk,
            "measure": measures[fact.measure_id],
            "quantity": dotted(fact.quantity),
            "happened_on": fact.happened_on,
            "reverses": fact.reverses_id,
            "block": blocks.get(fact.pk),
            "url": f"{ROOT}/facts/{fact.pk}",
        }
        for fact in facts
    ]


def evidence_told(record_type: int, key: int, account: Account, on: date) -> list[dict[str, Any]]:
    """Return what is known of the files on a record, as far as an account may know of them."""
    found = list(attachments_of(record_type, [key]))
    return [
        {
            "sha256": one.file_id,
            "name": one.name,
            "kind": one.kind,
            "media_type": one.file.media_type,
            "size": one.file.size,
            "attached_at": one.attached_at,
            "page": f"/evidence/{one.file_id}/about",
        }
        for one in within_reach(account, found, on)
    ]
