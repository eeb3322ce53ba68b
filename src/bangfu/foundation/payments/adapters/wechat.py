"""WeChat Pay's API v3, by its published rules: requests signed, answers and messages verified, messages opened by AES-256-GCM."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlencode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bangfu.foundation.payments.adapters.gateway import Answer, requested
from bangfu.foundation.payments.adapters.interface import (
    Forged,
    Handle,
    Keys,
    NotTaken,
    Order,
    RefundOrder,
    RefundTold,
    Reply,
    Said,
    Standing,
    Told,
    Way,
)
from bangfu.foundation.payments.adapters.signing import is_signed, signed

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW_S = 300
"""A message or answer whose time is further away than this is refused."""
BEIJING = timezone(timedelta(hours=8))
STANDINGS = {
    "NOTPAY": Standing.WAITING,
    "USERPAYING": Standing.WAITING,
    "PAYERROR": Standing.WAITING,  # the payer may try again until the order is closed
    "ACCEPT": Standing.WAITING,
    "SUCCESS": Standing.DONE,
    "REFUND": Standing.DONE,
    "CLOSED": Standing.CLOSED,
    "REVOKED": Standing.FAILED,
}
REFUND_STANDINGS = {
    "PROCESSING": Standing.WAITING,
    "SUCCESS": Standing.DONE,
    "CLOSED": Standing.FAILED,
    "ABNORMAL": Standing.FAILED,
}
KINDS = {Way.SQUARE: "native", Way.IN_APP: "jsapi", Way.PHONE: "h5"}
NOT_THERE = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
PAID = frozenset({"ORDER_PAID", "ORDERPAID"})
GONE = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})


def request_text(method: str, target: str, timestamp: str, nonce: str, body: str) -> str:
    """Return what is signed of a request, every line ended.

    >>> request_text("GET", "/v3/certificates", "1554208460", "593BEC0C", "")
    'GET\\n/v3/certificates\\n1554208460\\n593BEC0C\\n\\n'
    """
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n"


class WeChatPay:
    """An account with WeChat Pay."""

    def __init__(self, keys: Keys, gateway: str, now: datetime) -> None:
        self._keys = keys
        self._gateway = gateway
        self._now = now

    def begin(self, order: Order, way: Way) -> Handle:
        """Return the text of a QR code, the address of a phone's page, or signed values for a program within WeChat.

        Raises: NotTaken: WeChat Pay does not answer, or has no such way.
        """
        if way not in KINDS or (way == Way.IN_APP and not order.payer):
            raise NotTaken("not_in_this_way", is_final=True)
        content: dict[str, Any] = {
            "appid": self._keys.app_id,
            "mchid": self._keys.merchant_number,
            "description": order.subject,
            "out_trade_no": order.number,
            "time_expire": order.expires_at.astimezone(BEIJING).isoformat(timespec="seconds"),
            "notify_url": order.told_at,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
        }
        if way == Way.IN_APP:
            content["payer"] = {"openid": order.payer}
        if way == Way.PHONE:
            content["scene_info"] = {"payer_client_ip": order.payer_address, "h5_info": {"type": "Wap"}}
        found = self._called("POST", f"/v3/pay/transactions/{KINDS[way]}", content)
        try:
            if way == Way.SQUARE:
                return Handle(square=str(found["code_url"]))
            if way == Way.PHONE:
                return Handle(address=f"{found['h5_url']}&redirect_url={quote(order.back_to, safe='')}")
            return Handle(values=self._within_wechat(str(found["prepay_id"])))
        except KeyError:
            raise NotTaken("unreadable") from None

    def _within_wechat(self, prepay_id: str) -> dict[str, str]:
        values = {
            "appId": self._keys.app_id,
            "timeStamp": str(int(self._now.timestamp())),
            "nonceStr": secrets.token_hex(16),
            "package": f"prepay_id={prepay_id}",
        }
        text = "".join(f"{value}\n" for value in values.values())
        return {**values, "signType": "RSA", "paySign": signed(text, self._keys.private_key)}

    def read(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Said:
        """Return what a message says, verified and opened.

        Raises: Forged: see its codes.
        """
        fault = self._fault_of(headers, body, at)
        if fault:
            raise Forged(fault)
        try:
            message = json.loads(body)
            sealed = message["resource"]
            if sealed["algorithm"] != "AEAD_AES_256_GCM":
                raise Forged("unreadable")
            said = json.loads(self._opened(sealed))
            kind = str(message["event_type"])
            if kind.startswith("REFUND."):
                return RefundTold(
                    number=said["out_refund_no"],
                    payment_number=said["out_trade_no"],
                    standing=REFUND_STANDINGS[said["refund_status"]],
                    amount_fen=_whole(said["amount"]["refund"]),
                    merchant_number=said["mchid"],
                    provider_number=str(said["refund_id"]),
                    at=_moment(said.get("success_time")),
                )
            if kind != "TRANSACTION.SUCCESS":
                return None
            return _told(said)
        except (KeyError, ValueError, TypeError):
            raise Forged("unreadable") from None

    def _opened(self, sealed: Mapping[str, str]) -> bytes:
        try:
            return AESGCM(self._keys.shared_key).decrypt(
                sealed["nonce"].encode(),
                base64.b64decode(sealed["ciphertext"], validate=True),
                sealed.get("associated_data", "").encode(),
            )
        except InvalidTag:
            raise Forged("bad_seal") from None

    def _fault_of(self, headers: Mapping[str, str], body: bytes, at: datetime) -> str:
        """Return why something is not WeChat Pay's; empty when it is.

        Args:
            headers: by lower-case name.
        """
        timestamp = headers.get("wechatpay-timestamp", "")
        nonce, serial = headers.get("wechatpay-nonce", ""), headers.get("wechatpay-serial", "")
        if serial != self._keys.platform_serial:
            return "unknown_certificate"
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            return "bad_signature"
        message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        if not is_signed(message, headers.get("wechatpay-signature", ""), self._keys.platform_key):
            return "bad_signature"
        return "stale" if abs(at.timestamp() - int(timestamp)) > WINDOW_S else ""

    def ask(self, number: str) -> Told:
        """Ask how far a payment is.

        Raises: NotTaken: WeChat Pay does not answer.
        """
        query = urlencode({"mchid": self._keys.merchant_number})
        try:
            said = self._called("GET", f"/v3/pay/transactions/out-trade-no/{number}?{query}")
        except NotTaken as refused:
            if refused.code in NOT_THERE:
                return Told(number=number, standing=Standing.UNKNOWN)
            raise
        try:
            return _told(said)
        except (KeyError, ValueError, TypeError):
            raise NotTaken("unreadable") from None

    def close(self, number: str) -> None:
        """Close an order.

        Raises: NotTaken: ``paid_already``, or WeChat Pay does not answer.
        """
        try:
            self._called(
                "POST",
                f"/v3/pay/transactions/out-trade-no/{number}/close",
                {"mchid": self._keys.merchant_number},
            )
        except NotTaken as refused:
            if refused.code in PAID:
                raise NotTaken("paid_already") from None
            if refused.code not in NOT_THERE | GONE:
                raise

    def refund(self, order: RefundOrder) -> RefundTold:
        """Ask for money to be given back; it arrives later.

        Raises: NotTaken: WeChat Pay does not answer or refuses.
        """
        content = {
            "out_trade_no": order.payment_number,
            "out_refund_no": order.number,
            "reason": order.reason,
            "notify_url": order.told_at,
            "amount": {"refund": order.amount_fen, "total": order.whole_fen, "currency": "CNY"},
        }
        return self._refund_told(self._called("POST", "/v3/refund/domestic/refunds", content))

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """Ask how far a refund is.

        Raises: NotTaken: WeChat Pay does not answer.
        """
        try:
            return self._refund_told(self._called("GET", f"/v3/refund/domestic/refunds/{order.number}"))
        except NotTaken as refused:
            if refused.code in NOT_THERE:
                return RefundTold(order.number, Standing.UNKNOWN, order.payment_number)
            raise

    def _refund_told(self, said: Mapping[str, Any]) -> RefundTold:
        try:
            return RefundTold(
                number=said["out_refund_no"],
                payment_number=said["out_trade_no"],
                standing=REFUND_STANDINGS[said["status"]],
                amount_fen=_whole(said["amount"]["refund"]),
                merchant_number=self._keys.merchant_number,
                provider_number=str(said["refund_id"]),
                at=_moment(said.get("success_time")),
            )
        except (KeyError, ValueError, TypeError):
            raise NotTaken("unreadable") from None

    def reply(self, *, is_taken: bool) -> Reply:
        """Return what WeChat Pay is answered: an error lets it tell again."""
        if is_taken:
            return Reply(200, '{"code":"SUCCESS"}', "application/json")
        return Reply(400, '{"code":"FAIL","message":"refused"}', "application/json")

    def _called(self, method: str, target: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        body = json.dumps(content, ensure_ascii=False) if content is not None else ""
        timestamp, nonce = str(int(self._now.timestamp())), secrets.token_hex(16)
        signature = signed(request_text(method, target, timestamp, nonce, body), self._keys.private_key)
        said = {
            "mchid": self._keys.merchant_number,
            "nonce_str": nonce,
            "signature": signature,
            "timestamp": timestamp,
            "serial_no": self._keys.certificate_serial,
        }
        shown = ",".join(f'{name}="{value}"' for name, value in said.items())
        headers = {
            "Authorization": f"{SCHEME} {shown}",
            "Accept": "application/json",
            "Content-Type": "application/json; charset=utf-8",
        }
        answer = requested(method, f"{self._gateway}{target}", headers, body.encode() if body else None)
        return self._believed(answer)

    def _believed(self, answer: Answer) -> dict[str, Any]:
        if not 200 <= answer.status < 300:
            raise NotTaken(
                _code_in(answer.body), is_final=400 <= answer.status < 429 and answer.status != 404
            )
        fault = self._fault_of(answer.headers, answer.body, self._now)
        if fault:
            raise NotTaken(fault)
        if not answer.body:
            return {}
        try:
            found = json.loads(answer.body)
        except ValueError:
            raise NotTaken("unreadable") from None
        if not isinstance(found, dict):
            raise NotTaken("unreadable")
        return found


def _told(said: Mapping[str, Any]) -> Told:
    standing = STANDINGS[said["trade_state"]]
    amount = said.get("amount") or {}
    if standing == Standing.DONE and amount.get("currency", "CNY") != "CNY":
        raise ValueError("another currency")
    return Told(
        number=said["out_trade_no"],
        standing=standing,
        transaction_number=str(said.get("transaction_id", "")),
        amount_fen=_whole(amount["total"]) if standing == Standing.DONE else None,
        app_id=said["appid"],
        merchant_number=said["mchid"],
        at=_moment(said.get("success_time")),
    )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise ValueError("no whole number of fen")
    return value


def _code_in(body: bytes) -> str:
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError):
        return "unreadable"
    return str(code)[:60] if code else "unreadable"


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(str(text)) if text else None
