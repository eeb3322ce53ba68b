"""Errors as programs read them: RFC 9457 ``application/problem+json``, with the codes of the house's refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse
from pydantic import Field

from bangfu.foundation.api.answering import Answer
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.rooms import Words, both

MEDIA_TYPE = "application/problem+json"
TITLES: dict[int, Words] = {
    400: both("请求读不懂", "The request cannot be read"),
    401: both("需要令牌", "A token is needed"),
    403: both("没有权限", "Not permitted"),
    404: both("没有找到", "Not found"),
    405: both("这个地址不接受此方法", "This address does not take the method"),
    409: both("请求被拒绝", "The request was refused"),
    413: both("内容太大", "Too large"),
    415: both("不接受这种内容类型", "This content type is not taken"),
    422: both("请求的内容不合规定", "The request does not fit the description"),
    429: both("请求太频繁", "Too many requests"),
    500: both("系统出错", "The house has a defect"),
    503: both("暂时不能办理", "Not available at the moment"),
}
SENTENCES: dict[str, Words] = {
    "unreadable": both(
        "请求读不懂。请核对 JSON 和编码（UTF-8）。",
        "The request cannot be read. Check its JSON and its encoding (UTF-8).",
    ),
    "no_token": both(
        "请在 Authorization 头里写 Bearer 和有效的令牌。令牌在「我的 API 令牌」页申请。",
        "Send a valid token as “Authorization: Bearer …”. Make one on the page “My API tokens”.",
    ),
    "read_only": both(
        "这个令牌只能读。请换一个可以写的令牌。", "This token may only read. Use one that may write."
    ),
    "not_found": both(
        "没有这个地址或记录，或者您看不到它。", "There is no such address or record, or you may not see it."
    ),
    "method_not_taken": both("请看 Allow 头里的方法。", "See the methods in the header Allow."),
    "content_type": both("请用 {wanted} 发送。", "Send it as {wanted}."),
    "unknown_parameter": both("没有这个参数", "There is no such parameter"),
    "too_large": both("请求太大。请分开发送。", "The request is too large. Send it in parts."),
    "invalid": both(
        "有 {count} 处不合规定，见 errors。", "{count} places do not fit the description; see errors."
    ),
    "value_refused": both(
        "这些值组合在一起不能保存（{what}）。请核对各字段的取值和长度。",
        "These values cannot be kept together ({what}). Check the fields’ values and lengths.",
    ),
    "wrong_order": both(
        "old 应是较早的区块，new 是较晚的。请对调。", "old is the earlier block and new the later. Swap them."
    ),
    "too_far_apart": both(
        "两个区块之间超过 {most} 条。请取中间的区块分段证明。",
        "There are more than {most} entries between the two blocks. Ask from block to block between them.",
    ),
    "too_many": both(
        "每 {seconds} 秒最多 {most} 次请求。请在 Retry-After 所说的秒数之后再试。",
        "At most {most} requests in {seconds} seconds. Try again after the seconds in Retry-After.",
    ),
    "unavailable": both(
        "数据库暂时没有应答。请稍后再试。", "The database does not answer at the moment. Try again later."
    ),
    "defect": both(
        "系统出错，已记录。什么也没有写入。", "The house has a defect, which was noted. Nothing was written."
    ),
    "not_known": both("没有编号为 {key} 的{what}。", "There is no {what} with the id {key}."),
}
_CODE_OF_STATUS = {
    400: "unreadable", 401: "no_token", 403: "out_of_scope", 404: "not_found", 405: "method_not_taken",
    413: "too_large", 500: "defect", 503: "unavailable",
}  # fmt: skip


class Fault(Answer):
    """One place of a request that does not fit."""

    pointer: str | None = Field(None, description="JSON pointer into the body; null for a parameter.")
    parameter: str | None = Field(None, description="Name of the parameter; null for the body.")
    code: str
    detail: str


class Problem(Answer):
    """Why a request was not carried out; nothing was written."""

    type: str = Field(description="urn:bangfu:refusal: and the code.")
    title: str
    status: int
    detail: str = Field(description="What to do, in the language of Accept-Language.")
    code: str = Field(description="Stable: the same code as at the pages.")
    errors: list[Fault] = Field(default_factory=list)


@dataclass(frozen=True)
class Failed(Exception):  # noqa: N818 - an answer, named for what happened
    """Ends a request with a problem that no operation refused."""

    status: int
    code: str
    details: Mapping[str, Any]
    headers: Mapping[str, str]

    @classmethod
    def of(
        cls, status: int, code: str, *, headers: Mapping[str, str] | None = None, **details: Any
    ) -> Failed:
        """Return one with the sentence of a code, filled in."""
        return cls(status, code, details, headers or {})


def not_found(what: Words | None = None, key: object = "") -> Failed:
    """Return the answer to an id that nothing the reader may see has."""
    return Failed.of(404, "not_found") if what is None else Failed.of(404, "not_known", what=what, key=key)


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem as the answer to a request."""
    title = TITLES.get(status) or both(*(2 * [HTTPStatus(status).phrase]))
    body = {
        "type": f"urn:bangfu:refusal:{code}",
        "title": str(title),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": list(faults),
    }
    response = JsonResponse(
        body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def problem_of_failure(failure: Failed) -> HttpResponse:
    """Return the problem of a request that ended early."""
    sentence = SENTENCES[failure.code].format(**failure.details)
    return problem(failure.status, failure.code, sentence, headers=failure.headers)


def problem_of_status(status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the problem that a bare status means."""
    code = _CODE_OF_STATUS.get(status, "unreadable")
    detail = NotPermitted.sentences[code] if code in NotPermitted.sentences else SENTENCES[code]
    return problem(
        status,
        code,
        str(detail).replace("（{permission}）", "").replace(" ({permission})", ""),
        headers=headers,
    )


def status_of(refusal: Refusal) -> int:
    """Return the status of a refusal: 403 without the permission, 404 for what is not there, else 409."""
    if isinstance(refusal, NotPermitted):
        return 409 if refusal.code == "key_reused" else 403
    return 404 if refusal.code.startswith("unknown_") else 409


def problem_of_refusal(refusal: Refusal) -> HttpResponse:
    """Return a refusal of an operation or a query as a problem with the same code."""
    return problem(status_of(refusal), refusal.code, str(refusal))


def fault(location: tuple[Any, ...], code: str, detail: str) -> dict[str, Any]:
    """Return one place that does not fit, from where the validator found it."""
    where, *inner = location or ("body",)
    if where == "body":
        steps = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in inner[1:])
        return {"pointer": steps, "parameter": None, "code": code, "detail": detail}
    return {"pointer": None, "parameter": str(inner[-1] if inner else where), "code": code, "detail": detail}
