"""Paying within WeChat (JSAPI): who pays is learned from WeChat for the one order, and kept nowhere."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from bangfu.foundation.payments.adapters import NotTaken
from bangfu.foundation.payments.adapters.openid import authorisation_address, openid_of
from bangfu.foundation.payments.models import MerchantAccount, Payment, Provider
from bangfu.foundation.payments.secrets import APP_SECRET, KeyMissing, secret

log = logging.getLogger(__name__)
SENT = "payments_sent_to_wechat"
"""Under which name a session keeps, by payment, what WeChat has to bring back."""
LONGEST_CODE = 200


def is_within_wechat(request: HttpRequest) -> bool:
    """Return whether the page is read in WeChat's own browser, in which neither H5 payments nor Alipay can be paid."""
    return "micromessenger" in request.headers.get("User-Agent", "").lower()


def may_pay_within(merchant: MerchantAccount) -> bool:
    """Return whether a merchant account can be paid into within WeChat: it is WeChat Pay's, and its app's secret is there."""
    if merchant.provider != Provider.WECHAT:
        return False
    try:
        return bool(secret(merchant, APP_SECRET))
    except KeyMissing:
        return False


def payer_within(request: HttpRequest, found: Payment) -> str | HttpResponse:
    """Return the payer's openid for one order, or the way to WeChat that brings it; empty when WeChat does not answer."""
    expected = request.session.get(SENT, {}).pop(found.number, "")
    code, state = request.GET.get("code", "")[:LONGEST_CODE], request.GET.get("state", "")
    if not (code and expected and constant_time_compare(state, expected)):
        return _sent_to_wechat(request, found)
    request.session.modified = True
    try:
        return openid_of(
            settings.WECHAT_API_URL,
            app_id=found.merchant.app_id,
            secret=secret(found.merchant, APP_SECRET),
            code=code,
        )
    except NotTaken as reason:
        if reason.code == "spent_code":
            return _sent_to_wechat(request, found)
        log.warning("payment %s: WeChat names no payer: %s", found.pk, reason.code)
        return ""


def _sent_to_wechat(request: HttpRequest, found: Payment) -> HttpResponse:
    state = secrets.token_urlsafe(16)
    request.session[SENT] = {found.number: state}
    back_to = request.build_absolute_uri(reverse("payments:pay", args=[found.number]))
    return HttpResponseRedirect(
        authorisation_address(
            settings.WECHAT_PAGES_URL, app_id=found.merchant.app_id, back_to=back_to, state=state
        )
    )
