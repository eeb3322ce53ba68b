"""Writes of webhooks: subscribing, stopping, a new secret, sending once more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bangfu.foundation.operations import OWN, Act, Refusal, inside_operation, operation
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.webhooks.addresses import Unreachable, target_of
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import Delivery, Subscription

MOST = 20


class UnableToSubscribe(Refusal):
    """Codes: ``not_https``, ``host_not_allowed``, ``no_kind``, ``unknown_kind``, ``too_many``."""

    sentences = {
        "not_https": both(
            "请写 https:// 开头的完整地址。", "Write a whole address that begins with https://."
        ),
        "host_not_allowed": both(
            "这个主机不在允许之列。请系统管理员把它加进 BANGFU_WEBHOOK_HOSTS。",
            "This host is not allowed. Ask the system administrator to add it to BANGFU_WEBHOOK_HOSTS.",
        ),
        "no_kind": both("请至少选一种事件。", "Choose at least one kind of event."),
        "unknown_kind": both("没有「{kind}」这种事件。", "There is no kind of event called {kind}."),
        "too_many": both(
            "每个账号最多 {most} 个订阅。请先停用不用的。",
            "An account has {most} subscriptions at most. Stop one that is not used.",
        ),
    }


class UnableToChangeSubscription(Refusal):
    """Codes: ``not_own``, ``not_by_token``, ``stopped_already``."""

    sentences = {
        "not_own": both("这不是您的订阅。", "This is no subscription of yours."),
        "not_by_token": both(
            "这个令牌的权限与订阅时的不同，不能改动它。请用订阅它的令牌，或登录后在页面上办理。",
            "This token has other permissions than the one that subscribed. Use that one, or the page.",
        ),
        "stopped_already": both("这个订阅已经停用。", "This subscription was stopped already."),
    }


@operation("webhooks.subscribe", scope=OWN)
def subscribe(*, account: Account, url: str, kinds: Sequence[str], act: Act) -> Subscription:
    """Let an address be told of kinds of events, as far as one's own account may know of them at the time.

    What a limited token subscribes to is told within the token's limits, and ends with the token.

    Raises: UnableToSubscribe: see its codes; nothing was written.
    Locks: the account.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    try:
        target_of(url)
    except Unreachable as reason:
        raise UnableToSubscribe(str(reason)) from None
    if not kinds:
        raise UnableToSubscribe("no_kind")
    for kind in kinds:
        if kind not in KINDS:
            raise UnableToSubscribe("unknown_kind", kind=kind)
    if Subscription.objects.filter(account=account, stopped_at=None).count() >= MOST:
        raise UnableToSubscribe("too_many", most=MOST)
    return Subscription.objects.create(
        account=account,
        url=url,
        kinds=sorted(set(kinds)),
        limited_to=_limits(act),
        through=act.through,
        ends_at=act.through_until,
        made_at=act.at,
    )


@operation("webhooks.stop_subscription", scope=OWN)
def stop_subscription(*, account: Account, subscription: Subscription, act: Act) -> Subscription:
    """Tell an address nothing any more; what still waits for it is given up.

    Raises: UnableToChangeSubscription: see its codes; nothing was written.
    Locks: the subscription.
    """
    held = _own(account, subscription, act)
    held.stopped_at = act.at
    held.save(update_fields=["stopped_at"])
    give_up_waiting([held.pk])
    return held


def end_with_token(prefix: str, *, act: Act) -> int:
    """Tell nothing any more to what a token subscribed, give up what waits for it, and return how many subscriptions ended.

    Locks: the subscriptions of the token that were in use.
    """
    inside_operation()
    open_ones = Subscription.objects.filter(through=prefix, stopped_at=None)
    ended = [one.pk for one in open_ones.select_for_update().order_by("pk")]
    Subscription.objects.filter(pk__in=ended).update(stopped_at=act.at)
    give_up_waiting(ended)
    return len(ended)


def give_up_waiting(subscriptions: Sequence[UUID]) -> None:
    """Give up what still waits for subscriptions that ended."""
    waiting = Delivery.objects.filter(subscription__in=subscriptions, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.GIVEN_UP)


@operation("webhooks.renew_secret", scope=OWN)
def renew_secret(*, account: Account, subscription: Subscription, act: Act) -> Subscription:
    """Sign the messages of a subscription by a new secret from now on.

    Raises: UnableToChangeSubscription: see its codes; nothing was written.
    Locks: the subscription.
    """
    held = _own(account, subscription, act)
    held.secret_version += 1
    held.save(update_fields=["secret_version"])
    return held


@operation("webhooks.send_again", scope=OWN)
def send_again(*, account: Account, delivery: Delivery, act: Act) -> Delivery:
    """Send one message once more, whatever became of it, with all its tries anew.

    Raises: UnableToChangeSubscription: see its codes; nothing was written.
    Locks: the subscription, then the delivery.
    """
    _own(account, delivery.subscription, act)
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    held.state, held.tried, held.due_at = Delivery.State.WAITING, 0, act.at
    held.save(update_fields=["state", "tried", "due_at"])
    return held


def _limits(act: Act) -> list[str] | None:
    """Return the limits of the token through which somebody acts; null for none."""
    limits = act.actor.limited_to
    return None if limits is None else sorted(limits)


def _own(account: Account, subscription: Subscription, act: Act) -> Subscription:
    held = Subscription.objects.select_for_update().get(pk=subscription.pk)
    limits = _limits(act)
    if held.account_id != account.pk:
        raise UnableToChangeSubscription("not_own")
    if limits is not None and held.limited_to != limits:
        raise UnableToChangeSubscription("not_by_token")
    if held.stopped_at is not None:
        raise UnableToChangeSubscription("stopped_already")
    return held
