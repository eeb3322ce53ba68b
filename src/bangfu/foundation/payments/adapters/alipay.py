"""Alipay's open API, by its published rules: RSA2 over sorted parameters, answers verified as they were sent.

Requests sign every parameter but ``sign``; messages are verified without ``sign`` and ``sign_type``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bangfu.foundation.payments.adapters.amounts import fen, yuan
from bangfu.foundation.payments.adapters.gateway import requested
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

BEIJING = timezone(timedelta(hours=8))
CLOCK = "%Y-%m-%d %H:%M:%S"
TAKEN, REFUSED = "10000", "40004"
PAGES = {
    Way.PAGE: ("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY"),
    Way.WAP: ("alipay.trade.wap.pay", "QUICK_WAP_WAY"),
}
STANDINGS = {
    "WAIT_BUYER_PAY": Standing.WAITING,
    "TRADE_SUCCESS": Standing.DONE,
    "TRADE_FINISHED": Standing.DONE,
    "TRADE_CLOSED": Standing.CLOSED,
}
NO_SUCH_TRADE = "ACQ.TRADE_NOT_EXIST"
OTHER_STATE = "ACQ.TRADE_STATUS_ERROR"


def signing_text(parameters: Mapping[str, str]) -> str:
    """Return what is signed of parameters: those that say something, in the order of their names.

    >>> signing_text({"b": "2", "a": "1", "c": ""})
    'a=1&b=2'
    """
    return "&".join(f"{name}={value}" for name, value in sorted(parameters.items()) if value)


def answer_text(body: str, name: str) -> str:
    """Return a part of an answer exactly as it was sent, which is what its signature is of.

    >>> answer_text('{"a_response": {"code":"10000"} ,"sign":"x"}', "a_response")
    '{"code":"10000"}'

    Raises: ValueError: the answer has no such part.
    """
    begins = body.index(f'"{name}"') + len(name) + 2
    begins = body.index(":", begins) + 1
    while body[begins] in " \t\r\n":
        begins += 1
    _, ends = json.JSONDecoder().raw_decode(body, begins)
    return body[begins:ends]


class Alipay:
    """An account with Alipay."""

    def __init__(self, keys: Keys, gateway: str, now: datetime) -> None:
        self._keys = keys
        self._gateway = gateway
        self._now = now

    def begin(self, order: Order, way: Way) -> Handle:
        """Return the signed address of Alipay's page, or the text of a QR code.

        Raises: NotTaken: Alipay does not answer, or has no such way.
        """
        content = {
            "out_trade_no": order.number,
            "total_amount": yuan(order.amount_fen),
            "subject": order.subject,
            "time_expire": order.expires_at.astimezone(BEIJING).strftime(CLOCK),
        }
        if way in PAGES:
            method, product = PAGES[way]
            asked = self._parameters(
                method, {**content, "product_code": product}, order.told_at, order.back_to
            )
            return Handle(address=f"{self._gateway}?{urlencode(asked)}")
        if way != Way.SQUARE:
            raise NotTaken("not_in_this_way", is_final=True)
        found = self._called("alipay.trade.precreate", content, order.told_at)
        _require_taken(found)
        return Handle(square=str(found["qr_code"]))

    def read(self, headers: Mapping[str, str], body: bytes, at: datetime) -> Said:
        """Return what a message says.

        Raises: Forged: see its codes.
        """
        try:
            said = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        except ValueError:
            raise Forged("unreadable") from None
        signature = said.pop("sign", "")
        if said.pop("sign_type", "") != "RSA2":
            raise Forged("bad_signature")
        if not is_signed(signing_text(said), signature, self._keys.platform_key):
            raise Forged("bad_signature")
        try:
            if said.get("out_biz_no") and said.get("refund_fee"):
                return RefundTold(
                    number=said["out_biz_no"],
                    payment_number=said["out_trade_no"],
                    standing=Standing.WAITING,
                    merchant_number=said["seller_id"],
                )
            standing = STANDINGS[said["trade_status"]]
            if standing != Standing.DONE:
                return None
            return Told(
                number=said["out_trade_no"],
                standing=standing,
                transaction_number=said["trade_no"],
                amount_fen=fen(said["total_amount"]),
                app_id=said["app_id"],
                merchant_number=said["seller_id"],
                at=_moment(said.get("gmt_payment")),
            )
        except (KeyError, ValueError):
            raise Forged("unreadable") from None

    def ask(self, number: str) -> Told:
        """Ask how far a payment is.

        Raises: NotTaken: Alipay does not answer.
        """
        found = self._called("alipay.trade.query", {"out_trade_no": number})
        if found.get("sub_code") == NO_SUCH_TRADE:
            return Told(number=number, standing=Standing.UNKNOWN)
        _require_taken(found)
        try:
            # An answer does not say whose it is: it is signed for the account that asked.
            return Told(
                number=str(found["out_trade_no"]),
                standing=STANDINGS[found["trade_status"]],
                transaction_number=str(found.get("trade_no", "")),
                amount_fen=fen(str(found["total_amount"])),
                app_id=self._keys.app_id,
                merchant_number=self._keys.merchant_number,
                at=_moment(found.get("send_pay_date")),
            )
        except (KeyError, ValueError):
            raise NotTaken("unreadable") from None

    def close(self, number: str) -> None:
        """Close an order.

        Raises: NotTaken: ``paid_already``, or Alipay does not answer.
        """
        found = self._called("alipay.trade.close", {"out_trade_no": number})
        if found.get("sub_code") == NO_SUCH_TRADE:
            return
        if found.get("sub_code") == OTHER_STATE:
            raise NotTaken("paid_already")
        _require_taken(found)

    def refund(self, order: RefundOrder) -> RefundTold:
        """Ask for money to be given back; Alipay answers at once when it was.

        Raises: NotTaken: Alipay does not answer or refuses.
        """
        content = {
            "out_trade_no": order.payment_number,
            "out_request_no": order.number,
            "refund_amount": yuan(order.amount_fen),
            "refund_reason": order.reason,
        }
        found = self._called("alipay.trade.refund", content)
        _require_taken(found)
        if found.get("fund_change") != "Y":
            return RefundTold(
                order.number, Standing.WAITING, order.payment_number, None, self._keys.merchant_number
            )
        return RefundTold(
            number=order.number,
            payment_number=str(found.get("out_trade_no", "")),
            standing=Standing.DONE,
            amount_fen=order.amount_fen,
            merchant_number=self._keys.merchant_number,
            provider_number=str(found.get("trade_no", "")),
            at=_moment(found.get("gmt_refund_pay")),
        )

    def ask_refund(self, order: RefundOrder) -> RefundTold:
        """Ask how far a refund is; one that Alipay does not know was never made.

        Raises: NotTaken: Alipay does not answer.
        """
        asked = {"out_trade_no": order.payment_number, "out_request_no": order.number}
        found = self._called("alipay.trade.fastpay.refund.query", asked)
        if found.get("sub_code") == NO_SUCH_TRADE:
            return RefundTold(order.number, Standing.UNKNOWN, order.payment_number)
        _require_taken(found)
        if found.get("refund_status") != "REFUND_SUCCESS":
            return RefundTold(order.number, Standing.UNKNOWN, order.payment_number)
        try:
            return RefundTold(
                number=str(found["out_request_no"]),
                payment_number=str(found["out_trade_no"]),
                standing=Standing.DONE,
                amount_fen=fen(str(found["refund_amount"])),
                merchant_number=self._keys.merchant_number,
                provider_number=str(found.get("trade_no", "")),
                at=_moment(found.get("gmt_refund_pay")),
            )
        except (KeyError, ValueError):
            raise NotTaken("unreadable") from None

    def reply(self, *, is_taken: bool) -> Reply:
        """Return what Alipay is answered: anything but ``success`` lets it tell again."""
        return Reply(200, "success" if is_taken else "failure")

    def _parameters(
        self, method: str, content: Mapping[str, str], told_at: str = "", back_to: str = ""
    ) -> dict[str, str]:
        asked = {
            "app_id": self._keys.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": self._now.astimezone(BEIJING).strftime(CLOCK),
            "version": "1.0",
            "notify_url": told_at,
            "return_url": back_to,
            "biz_content": json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        }
        asked = {name: value for name, value in asked.items() if value}
        return {**asked, "sign": signed(signing_text(asked), self._keys.private_key)}

    def _called(self, method: str, content: Mapping[str, str], told_at: str = "") -> dict[str, Any]:
        body = urlencode(self._parameters(method, content, told_at)).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        answer = requested("POST", self._gateway, form, body)
        if answer.status != 200:
            raise NotTaken("unreached")
        try:
            text = answer.body.decode()
            said = json.loads(text)
            name = f"{method.replace('.', '_')}_response"
            name = name if name in said else "error_response"
            part, found = answer_text(text, name), said[name]
        except (ValueError, KeyError, TypeError, IndexError):
            raise NotTaken("unreadable") from None
        if not isinstance(found, dict):
            raise NotTaken("unreadable")
        if not is_signed(part, str(said.get("sign", "")), self._keys.platform_key):
            raise NotTaken("bad_signature")
        return found


def _require_taken(found: Mapping[str, Any]) -> None:
    if found.get("code") == TAKEN:
        return
    is_final = found.get("code") == REFUSED and found.get("sub_code") != "ACQ.SYSTEM_ERROR"
    raise NotTaken(str(found.get("sub_code") or found.get("code") or "unreadable")[:60], is_final=is_final)


def _moment(text: object) -> datetime | None:
    if not text:
        return None
    return datetime.strptime(str(text)[:19], CLOCK).replace(tzinfo=BEIJING)
