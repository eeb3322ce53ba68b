"""Webhooks for programs: a token subscribes for its account, a system's as well as a person's, within its own limits."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import BaseModel, ConfigDict, Field

from bangfu.foundation.api.answering import Answer
from bangfu.foundation.api.asking import Asker, asker_of
from bangfu.foundation.api.calling import Key
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.problems import not_found
from bangfu.foundation.rooms import both
from bangfu.foundation.webhooks import operations
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import Delivery, Subscription
from bangfu.foundation.webhooks.signing import secret_of

router = Router(tags=["webhooks"])
SubscriptionId = Path(...)
_Url = Annotated[str, Field(min_length=1, max_length=400, pattern=r"^[^\x00]*$")]
_Kind = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$")]


class SubscriptionTold(Answer):
    """An address that is told of events."""

    id: UUID
    url: str
    kinds: list[str]
    limited_to: list[str] | None = Field(
        description="Permissions beyond which it is told nothing; null: all that the account holds at the time."
    )
    made_at: datetime
    ends_at: datetime | None = Field(
        description="When the token that subscribed expires: it is told nothing from then on."
    )
    stopped_at: datetime | None
    waiting: int = Field(description="Messages that are still to be sent.")
    given_up: int


class SecretTold(Answer):
    """A subscription with the secret that signs its messages, told this once."""

    subscription: SubscriptionTold
    secret: str


class Wanted(BaseModel):
    """Where to send what."""

    model_config = ConfigDict(extra="forbid", strict=True)
    url: _Url
    kinds: Annotated[list[_Kind], Field(max_length=50, description=f"Any of {', '.join(sorted(KINDS))}.")]


def _told(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": one.url,
        "kinds": one.kinds,
        "limited_to": one.limited_to,
        "made_at": one.made_at,
        "ends_at": one.ends_at,
        "stopped_at": one.stopped_at,
        "waiting": one.deliveries.filter(state=Delivery.State.WAITING).count(),
        "given_up": one.deliveries.filter(state=Delivery.State.GIVEN_UP).count(),
    }


def _with_secret(one: Subscription, response: HttpResponse) -> dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"
    return {"subscription": _told(one), "secret": secret_of(one.pk, one.secret_version)}


def _own(asker: Asker, key: UUID) -> Subscription:
    found = Subscription.objects.filter(pk=key, account=asker.account).first()
    if found is None:
        raise not_found(both("订阅", "subscription"), key)
    return found


@router.get(
    "/webhooks", response=list[SubscriptionTold], operation_id="webhooks", summary="订阅 · Subscriptions"
)
def subscriptions(request: HttpRequest) -> list[dict[str, Any]]:
    """The account's own subscriptions, the newest first."""
    rows = Subscription.objects.filter(account=asker_of(request).account).order_by("-made_at", "pk")
    return [_told(one) for one in rows]


@router.post(
    "/webhooks", response=SecretTold, operation_id="subscribe", summary="订阅事件 · Subscribe to events"
)
def subscribe(request: HttpRequest, response: HttpResponse, body: Wanted, key: Key = None) -> dict[str, Any]:
    """Let an address be told of events, as far as the account, and the token within it, may know of them."""
    asker = asker_of(request)
    act = asker.act(key=key)
    made = operations.subscribe(account=asker.account, url=body.url, kinds=body.kinds, act=act)
    return _with_secret(made, response)


@router.post(
    "/webhooks/{id}/stop", response=SubscriptionTold, operation_id="stop_webhook", summary="停用 · Stop"
)
def stop(request: HttpRequest, id: UUID = SubscriptionId, key: Key = None) -> dict[str, Any]:
    """Tell an address nothing any more."""
    asker = asker_of(request)
    return _told(
        operations.stop_subscription(
            account=asker.account, subscription=_own(asker, id), act=asker.act(key=key)
        )
    )


@router.post(
    "/webhooks/{id}/renew", response=SecretTold, operation_id="renew_webhook", summary="换密钥 · New secret"
)
def renew(
    request: HttpRequest, response: HttpResponse, id: UUID = SubscriptionId, key: Key = None
) -> dict[str, Any]:
    """Sign the messages of a subscription by a new secret from now on."""
    asker = asker_of(request)
    act = asker.act(key=key)
    held = operations.renew_secret(account=asker.account, subscription=_own(asker, id), act=act)
    return _with_secret(held, response)


API = RoomApi(router=router)
