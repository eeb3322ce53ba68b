"""Who pays within WeChat: web authorisation by its published rules, in the scope ``snsapi_base``, which asks the payer nothing.

The openid that comes of it is given to the order and kept nowhere.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from bangfu.foundation.payments.adapters.gateway import requested
from bangfu.foundation.payments.adapters.interface import NotTaken

SPENT = frozenset({40029, 40163, 42003})
"""What is said of a code that is unknown, was used, or is too old: another is to be asked for."""


def authorisation_address(host: str, *, app_id: str, back_to: str, state: str) -> str:
    """Return where WeChat sends the payer back from, with a code for its openid.

    Args:
        host: of WeChat's pages, without a path.
        state: comes back unchanged, so that a code is taken from nobody else's page.

    >>> authorisation_address("https://open.weixin.qq.com", app_id="wx1", back_to="https://a.example/p", state="s")
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fa.example%2Fp&response_type=code&scope=snsapi_base&state=s#wechat_redirect'
    """
    said = {
        "appid": app_id, "redirect_uri": back_to, "response_type": "code", "scope": "snsapi_base", "state": state,
    }  # fmt: skip
    return f"{host}/connect/oauth2/authorize?{urlencode(said)}#wechat_redirect"


def openid_of(host: str, *, app_id: str, secret: bytes, code: str) -> str:
    """Return the openid for which a code stands; each code is answered once.

    Args:
        host: of WeChat's interfaces, without a path.
        secret: the app's, which only the house and WeChat know.

    Raises: NotTaken: ``spent_code``, ``unreached``, ``unreadable``, or WeChat's own number.
    """
    said = {"appid": app_id, "secret": secret.decode(), "code": code, "grant_type": "authorization_code"}
    answer = requested(
        "GET", f"{host}/sns/oauth2/access_token?{urlencode(said)}", {"Accept": "application/json"}
    )
    try:
        found = json.loads(answer.body)
        fault = int(found.get("errcode") or 0)
        openid = str(found.get("openid") or "")
    except (ValueError, TypeError, AttributeError):
        raise NotTaken("unreadable") from None
    if fault in SPENT:
        raise NotTaken("spent_code")
    if fault:
        raise NotTaken(f"wechat_{fault}")
    if answer.status != 200 or not openid:
        raise NotTaken("unreadable")
    return openid
