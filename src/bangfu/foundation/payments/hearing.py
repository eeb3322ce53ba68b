"""Messages of providers, however many arrived together: verified, taken, each answered; what is refused is kept by digest."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from axes.helpers import get_client_ip_address
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.request import HttpHeaders

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.payments.adapters import Adapter, Forged, NotTaken, RefundTold, Reply, Said, Told
from bangfu.foundation.payments.models import MerchantAccount, Provider, Step
from bangfu.foundation.payments.operations import (
    News,
    note_refused_message,
    take_payment_answers,
    take_refund_answer,
)
from bangfu.foundation.payments.providing import adapter_of
from bangfu.foundation.rooms.limits import is_over_limit

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 64 * 1024
MOST_REFUSED = 60
"""Refused messages a minute from one address that are kept."""
BROKEN = "broken"
"""A room could not take it: the provider is told that nothing was done, and tells again."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message as it came in."""

    account: str
    """The code of the merchant account at whose address it came."""
    meta: Mapping[str, str]
    """Its headers and the caller's address, named as WSGI names them."""
    body: bytes


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message that is being taken."""

    merchant: MerchantAccount
    adapter: Adapter | None
    said: Said = None
    code: str = ""
    """Why it is refused; empty while it is not."""
    number: str = ""
    """Of the payment or refund that it names, when its signature is true."""


def answers_to(arrived: Sequence[Arrived], act: Act) -> list[Reply | None]:  # null: no such account
    """Take what messages say, each once and by itself, and return what each is answered, in their order.

    What they say of payments is one operation; an answer is given once it is committed.
    """
    known = MerchantAccount.objects.select_related("unit").filter(code__in={one.account for one in arrived})
    merchants = {one.code: one for one in known}
    adapters = {code: _adapter_of(one, act) for code, one in merchants.items()}
    heard = {
        at: _read(one, merchants[one.account], adapters[one.account], act)
        for at, one in enumerate(arrived)
        if one.account in merchants
    }
    taken = _payments_taken(heard, act) | _refunds_taken(heard, act)
    replies: list[Reply | None] = [None] * len(arrived)
    for at, one in heard.items():
        judged = replace(one, code=one.code or taken.get(at, ""))
        replies[at] = _reply(judged)
        if judged.code and judged.code != BROKEN:
            _keep_refused(arrived[at], judged, act)
    return replies


def _adapter_of(merchant: MerchantAccount, act: Act) -> Adapter | NotTaken:
    try:
        return adapter_of(merchant, act.at)
    except NotTaken as reason:
        return reason


def _read(arrived: Arrived, merchant: MerchantAccount, adapter: Adapter | NotTaken, act: Act) -> _Heard:
    """Return what a message says once it is known to be the provider's, or why it is refused."""
    if isinstance(adapter, NotTaken):
        return _Heard(merchant, None, code=adapter.code)
    if arrived.meta.get("CONTENT_TYPE", "").startswith("multipart/"):  # as no provider sends it
        return _Heard(merchant, adapter, code="unreadable")
    headers = {name.lower(): value for name, value in HttpHeaders(dict(arrived.meta)).items()}
    try:
        said = adapter.read(headers, arrived.body, act.at)
    except Forged as forged:
        return _Heard(merchant, adapter, code=str(forged))
    except NotTaken as reason:
        return _Heard(merchant, adapter, code=reason.code)
    return _Heard(merchant, adapter, said, number=said.number if said is not None else "")


def _payments_taken(heard: Mapping[int, _Heard], act: Act) -> dict[int, str]:
    """Take what is said of payments, and return the code of each, by its place."""
    news = {at: News(one.merchant, one.said) for at, one in heard.items() if isinstance(one.said, Told)}
    return dict(zip(news, _together(list(news.values()), act), strict=True))


def _together(news: list[News], act: Act) -> list[str]:
    """Take news in one operation; where a room cannot take one of them, the others without it."""
    if not news:
        return []
    try:
        return take_payment_answers(news=news, heard=Step.Heard.MESSAGE, act=act)
    except (OperationalError, InterfaceError):
        raise  # the database was away, which is nobody's fault: all are taken anew
    except Refusal as refusal:
        if len(news) == 1:
            return [refusal.code]
    except Exception:
        if len(news) == 1:
            log.exception("what is said of payment %s cannot be taken", news[0].told.number)
            return [BROKEN]
    half = len(news) // 2
    return _together(news[:half], act) + _together(news[half:], act)


def _refunds_taken(heard: Mapping[int, _Heard], act: Act) -> dict[int, str]:
    """Take what is said of refunds, one after the other, and return the code of each that is refused, by its place."""
    codes: dict[int, str] = {}
    for at, one in heard.items():
        if not isinstance(one.said, RefundTold):
            continue
        try:
            take_refund_answer(merchant=one.merchant, told=one.said, heard=Step.Heard.MESSAGE, act=act)
        except Refusal as refusal:
            codes[at] = refusal.code
    return codes


def _reply(heard: _Heard) -> Reply:
    if heard.code == BROKEN:
        return Reply(500, "failure")
    if not heard.code and heard.adapter is not None:
        return heard.adapter.reply(is_taken=True)
    if heard.merchant.provider == Provider.ALIPAY:
        return Reply(200, "failure")
    return Reply(400, '{"code":"FAIL","message":"refused"}', "application/json")


def _keep_refused(arrived: Arrived, heard: _Heard, act: Act) -> None:
    """Keep that a message was refused; of those that nobody signed, so many a minute from one address."""
    log.warning("a message for %s is refused: %s", heard.merchant.code, heard.code)
    if not heard.number and is_over_limit("payments-told", _caller(arrived), most=MOST_REFUSED, seconds=60):
        return
    note_refused_message(
        merchant=heard.merchant,
        code=heard.code,
        digest=hashlib.sha256(arrived.body).hexdigest(),
        number=heard.number,
        act=act,
    )


def _caller(arrived: Arrived) -> str:
    request = HttpRequest()
    request.META = dict(arrived.meta)
    return str(get_client_ip_address(request) or "")
