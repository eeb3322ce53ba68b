"""Alipay and WeChat Pay on this machine: small servers that verify and sign by the published rules, with ``independent``."""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.foundation.payments.independent import Pair, gcm_sealed

APP, SELLER, MERCHANT = "2021000000000001", "2088000000000001", "1900000001"
SERIAL, PLATFORM = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "PUB_KEY_ID_0119000000012020"
APP_SECRET = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
SHARED = b"0123456789abcdef0123456789ABCDEF"


class Fake:
    """What both have: orders and refunds, the keys of both sides, and how it misbehaves."""

    def __init__(self, merchant: Pair, platform: Pair) -> None:
        self.merchant, self.platform = merchant, platform
        self.orders: dict[str, dict[str, Any]] = {}
        self.refunds: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.is_silent = False
        self.is_forging = False
        self.refunds_wait = False
        self.url = ""

    def pay(self, number: str, amount: int | None = None) -> None:
        order = self.orders.setdefault(number, {"total": amount or 0, "state": "WAITING"})
        order.update(state="PAID", transaction=f"T{number}", total=amount or order["total"])

    def answer(
        self, method: str, target: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        raise NotImplementedError  # abstract: each provider answers in its own way


class FakeAlipay(Fake):
    """The gateway."""

    def _text(self, said: dict[str, str], *without: str) -> bytes:
        return "&".join(f"{k}={said[k]}" for k in sorted(said) if k not in without and said[k]).encode()

    def answer(
        self, method: str, target: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        said = dict(parse_qsl(body.decode()))
        name = said["method"]
        self.asked.append(name)
        if not self.merchant.has_signed(self._text(said, "sign"), said["sign"]):
            self.faults.append("signature")
            node = {"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}
        elif (said["app_id"], said["charset"], said["sign_type"], said["version"]) != (
            APP,
            "utf-8",
            "RSA2",
            "1.0",
        ):
            self.faults.append("parameters")
            node = {"code": "40002", "sub_code": "isv.invalid-parameter"}
        else:
            content = json.loads(said["biz_content"])
            node = getattr(self, "_" + name.removeprefix("alipay.trade.").replace(".", "_"))(content)
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
        signature = self.platform.sign((text + " " if self.is_forging else text).encode())
        whole = f'{{"{name.replace(".", "_")}_response":{text},"sign":"{signature}"}}'
        return 200, {"Content-Type": "application/json"}, whole.encode()

    @staticmethod
    def _yuan(fen: int) -> str:
        return f"{fen // 100}.{fen % 100:02d}"

    @staticmethod
    def _gone(code: str) -> dict[str, Any]:
        return {"code": "40004", "msg": "Business Failed", "sub_code": code}

    def _precreate(self, content: dict[str, Any]) -> dict[str, Any]:
        total = round(float(content["total_amount"]) * 100)
        self.orders[content["out_trade_no"]] = {"total": total, "state": "WAITING"}
        return {"code": "10000", "msg": "Success", "qr_code": f"https://qr.example/{content['out_trade_no']}"}

    def _query(self, content: dict[str, Any]) -> dict[str, Any]:
        order = self.orders.get(content["out_trade_no"])
        if order is None:
            return self._gone("ACQ.TRADE_NOT_EXIST")
        status = {"WAITING": "WAIT_BUYER_PAY", "PAID": "TRADE_SUCCESS", "CLOSED": "TRADE_CLOSED"}
        found = {
            "code": "10000", "msg": "Success", "out_trade_no": content["out_trade_no"],
            "trade_status": status[order["state"]], "total_amount": self._yuan(order["total"]),
            "buyer_logon_id": "159****5620",
        }  # fmt: skip
        if order["state"] == "PAID":
            found |= {"trade_no": order["transaction"], "send_pay_date": "2020-07-31 17:05:00"}
        return found

    def _close(self, content: dict[str, Any]) -> dict[str, Any]:
        order = self.orders.get(content["out_trade_no"])
        if order is None:
            return self._gone("ACQ.TRADE_NOT_EXIST")
        if order["state"] != "WAITING":
            return self._gone("ACQ.TRADE_STATUS_ERROR")
        order["state"] = "CLOSED"
        return {"code": "10000", "msg": "Success", "out_trade_no": content["out_trade_no"]}

    def _refund(self, content: dict[str, Any]) -> dict[str, Any]:
        order, number = self.orders[content["out_trade_no"]], content["out_request_no"]
        amount = round(float(content["refund_amount"]) * 100)
        before = sum(one["amount"] for key, one in self.refunds.items() if key != number)
        if before + amount > order["total"]:
            return self._gone("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
        is_new = number not in self.refunds
        self.refunds[number] = {"amount": amount, "order": content["out_trade_no"]}
        return {
            "code": "10000", "msg": "Success", "out_trade_no": content["out_trade_no"],
            "trade_no": order["transaction"], "refund_fee": self._yuan(before + amount),
            "fund_change": "Y" if is_new and not self.refunds_wait else "N",
        }  # fmt: skip

    def _fastpay_refund_query(self, content: dict[str, Any]) -> dict[str, Any]:
        refund = self.refunds.get(content["out_request_no"])
        if refund is None:
            return {"code": "10000", "msg": "Success"}
        return {
            "code": "10000", "msg": "Success", "out_trade_no": refund["order"], "trade_no": "T",
            "out_request_no": content["out_request_no"], "refund_amount": self._yuan(refund["amount"]),
            "refund_status": "REFUND_SUCCESS", "gmt_refund_pay": "2020-07-31 18:00:00",
        }  # fmt: skip

    def message(self, number: str, **changes: str) -> bytes:
        """Return a signed message that an order is paid; changes are signed too."""
        order = self.orders[number]
        said = {
            "notify_id": secrets.token_hex(16), "notify_type": "trade_status_sync", "app_id": APP,
            "notify_time": "2020-07-31 17:05:01", "charset": "utf-8", "version": "1.0",
            "out_trade_no": number, "trade_no": order["transaction"], "trade_status": "TRADE_SUCCESS",
            "seller_id": SELLER, "total_amount": self._yuan(order["total"]), "subject": "册亨糯米蕉 2 箱",
            "gmt_payment": "2020-07-31 17:05:00", "buyer_logon_id": "159****5620", **changes,
        }  # fmt: skip
        signed = {**said, "sign_type": "RSA2", "sign": self.platform.sign(self._text(said))}
        return urlencode(signed).encode()


class FakeWeChatPay(Fake):
    """The API v3."""

    AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')

    def answer(
        self, method: str, target: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        scheme, _, rest = headers["Authorization"].partition(" ")
        said = dict(self.AUTHORIZATION.findall(rest))
        self.asked.append(f"{method} {urlsplit(target).path}")
        text = f"{method}\n{target}\n{said['timestamp']}\n{said['nonce_str']}\n".encode() + body + b"\n"
        if scheme != "WECHATPAY2-SHA256-RSA2048" or not self.merchant.has_signed(text, said["signature"]):
            self.faults.append("signature")
            return 401, {}, b'{"code":"SIGN_ERROR"}'
        if (said["mchid"], said["serial_no"]) != (MERCHANT, SERIAL):
            self.faults.append("merchant")
            return 401, {}, b'{"code":"SIGN_ERROR"}'
        status, found = self._done(method, urlsplit(target), json.loads(body) if body else {})
        content = json.dumps(found, ensure_ascii=False).encode() if found is not None else b""
        return status, self.signed(content, int(said["timestamp"])), content

    def _done(self, method: str, target: Any, content: dict[str, Any]) -> tuple[int, Any]:
        parts = target.path.split("/")
        if target.path.startswith("/v3/refund/domestic/refunds"):
            return self._refund(content) if method == "POST" else self._ask_refund(parts[-1])
        if parts[-1] in ("native", "jsapi", "h5"):
            self.orders[content["out_trade_no"]] = {
                "total": content["amount"]["total"], "state": "WAITING", "said": content
            }  # fmt: skip
            found = {"native": {"code_url": "weixin://wxpay/bizpayurl?pr=example"},
                     "jsapi": {"prepay_id": "wx201410272009395522657a690389285100"},
                     "h5": {"h5_url": "https://wx.example/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx20"}}  # fmt: skip
            return 200, found[parts[-1]]
        number = parts[5]
        if number not in self.orders:
            return 404, {"code": "ORDER_NOT_EXIST", "message": "订单不存在"}
        order = self.orders[number]
        if parts[-1] == "close":
            if order["state"] == "PAID":
                return 400, {"code": "ORDER_PAID", "message": "订单已支付"}
            order["state"] = "CLOSED"
            return 204, None
        assert dict(parse_qsl(target.query)) == {"mchid": MERCHANT}
        return 200, self.transaction(number)

    def transaction(self, number: str, **changes: Any) -> dict[str, Any]:
        order = self.orders[number]
        state = {"WAITING": "NOTPAY", "PAID": "SUCCESS", "CLOSED": "CLOSED"}[order["state"]]
        found: dict[str, Any] = {
            "appid": APP, "mchid": MERCHANT, "out_trade_no": number, "trade_state": state,
        }  # fmt: skip
        if state == "SUCCESS":
            found |= {
                "transaction_id": order["transaction"], "success_time": "2020-07-31T17:05:00+08:00",
                "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
                "amount": {"total": order["total"], "payer_total": order["total"], "currency": "CNY"},
            }  # fmt: skip
        return {**found, **changes}

    def _refund(self, content: dict[str, Any]) -> tuple[int, Any]:
        number, amount = content["out_refund_no"], content["amount"]["refund"]
        assert content["amount"]["total"] == self.orders[content["out_trade_no"]]["total"]
        before = sum(one["amount"] for key, one in self.refunds.items() if key != number)
        if before + amount > content["amount"]["total"]:
            return 403, {"code": "NOT_ENOUGH"}
        state = "PROCESSING" if self.refunds_wait else "SUCCESS"
        self.refunds.setdefault(number, {"amount": amount, "order": content["out_trade_no"], "state": state})
        return self._ask_refund(number)

    def _ask_refund(self, number: str) -> tuple[int, Any]:
        if number not in self.refunds:
            return 404, {"code": "RESOURCE_NOT_EXISTS"}
        return 200, self.refunded(number, "status")

    def refunded(self, number: str, state: str) -> dict[str, Any]:
        refund = self.refunds[number]
        found = {
            "refund_id": f"5030{number}", "out_refund_no": number, "out_trade_no": refund["order"],
            "transaction_id": "T", state: refund["state"],
            "amount": {"total": self.orders[refund["order"]]["total"], "refund": refund["amount"]},
        }  # fmt: skip
        if refund["state"] == "SUCCESS":
            found["success_time"] = "2020-07-31T18:00:00+08:00"
        return found

    def signed(self, content: bytes, at: int) -> dict[str, str]:
        nonce = secrets.token_hex(16)
        text = f"{at}\n{nonce}\n".encode() + content + b"\n"
        signature = self.platform.sign(b"another" if self.is_forging else text)
        return {
            "Wechatpay-Timestamp": str(at), "Wechatpay-Nonce": nonce, "Wechatpay-Signature": signature,
            "Wechatpay-Serial": PLATFORM,
        }  # fmt: skip

    def message(
        self, said: dict[str, Any], at: int, kind: str = "TRANSACTION.SUCCESS", key: bytes = SHARED
    ) -> tuple[bytes, dict[str, str]]:
        """Return a sealed and signed message with its headers."""
        nonce, beside = secrets.token_hex(6), "transaction"
        sealed = gcm_sealed(key, nonce.encode(), json.dumps(said).encode(), beside.encode())
        resource = {
            "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(sealed).decode(),
            "associated_data": beside, "nonce": nonce, "original_type": "transaction",
        }  # fmt: skip
        content = json.dumps(
            {"id": secrets.token_hex(16), "event_type": kind, "resource_type": "encrypt-resource",
             "resource": resource}
        ).encode()  # fmt: skip
        return content, self.signed(content, at)


class FakeWeChat(Fake):
    """WeChat's web authorisation: a code stands for one payer, once."""

    def __init__(self, merchant: Pair, platform: Pair) -> None:
        super().__init__(merchant, platform)
        self.codes: dict[str, str] = {}
        self.fault = 0

    def answer(
        self, method: str, target: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(target)
        said = dict(parse_qsl(parts.query))
        self.asked.append(f"{method} {parts.path}")
        found: dict[str, Any]
        if (said.get("appid"), said.get("secret"), said.get("grant_type")) != (
            APP,
            APP_SECRET,
            "authorization_code",
        ):
            found = {"errcode": 40125, "errmsg": "invalid appsecret"}
        elif self.fault:
            found = {"errcode": self.fault, "errmsg": "system error"}
        elif (openid := self.codes.pop(said.get("code", ""), "")) == "":
            found = {"errcode": 40163, "errmsg": "code been used"}
        else:
            found = {
                "access_token": "ACCESS", "expires_in": 7200, "refresh_token": "REFRESH", "openid": openid,
                "scope": "snsapi_base",
            }  # fmt: skip
        return 200, {"Content-Type": "text/plain"}, json.dumps(found).encode()


@contextmanager
def serving(fake: Fake) -> Iterator[None]:
    """Let a fake answer at an address of this machine, which it then knows."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if fake.is_silent:
                self.connection.close()
                return
            status, headers, content = fake.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def seconds(at: datetime, after: timedelta = timedelta(0)) -> int:
    return int((at + after).timestamp())
