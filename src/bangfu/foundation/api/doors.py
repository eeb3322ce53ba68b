"""What stands before the API: the language asked for, problems in place of pages, tags and limits on every answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from bangfu.foundation.api.answering import tag_of
from bangfu.foundation.api.assembling import NAMESPACE, parameters_of
from bangfu.foundation.api.limits import Rate
from bangfu.foundation.api.problems import MEDIA_TYPE, SENTENCES, fault, problem, problem_of_status
from bangfu.foundation.rooms.marks import EXAMPLE, example_mark

PREFIX = "/api/v1/"
BODIES = ("application/json", "multipart/form-data")
"""What a request may be sent as; files of an import alone come as the second."""


class AnswersForPrograms:
    """Lets everything below ``/api/v1/`` answer as programs read it, whatever went wrong on the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        asked = request.headers.get("Accept-Language", "").strip().lower()
        with translation.override("en" if asked.startswith("en") else "zh-hans"):
            response = self.get_response(request)
            if response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith(
                MEDIA_TYPE
            ):
                kept = {
                    name: response.headers[name]
                    for name in ("Allow", "Retry-After")
                    if name in response.headers
                }
                response = problem_of_status(response.status_code, kept)
            response.headers["Content-Language"] = translation.get_language() or ""
        if example_mark() is not None:
            response.headers["Bangfu-Example"] = EXAMPLE.en
        patch_vary_headers(response, ("Authorization", "Accept-Language"))
        rate = getattr(request, "api_rate", None)
        if isinstance(rate, Rate):
            for name, value in rate.headers.items():
                response.headers[name] = value
        return _tagged(request, response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer instead of an address of the API to parameters that it does not know, and to a body in another form.

        A filter with a slip of the pen would otherwise let everything through.
        """
        match = request.resolver_match
        if match is None or NAMESPACE not in match.namespaces:
            return None
        known = parameters_of(match.route, request.method or "")
        strange = [] if known is None else sorted(set(request.GET) - known)
        if strange:
            faults = [
                fault(("query", name), "unknown", str(SENTENCES["unknown_parameter"])) for name in strange
            ]
            return problem(422, "invalid", SENTENCES["invalid"].format(count=len(faults)), faults=faults)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if known is not None and length != "0" and request.content_type not in BODIES:
            return problem(415, "content_type", SENTENCES["content_type"].format(wanted=BODIES[0]))
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if request.content_type == BODIES[0] and length.isdecimal() and int(length[:18]) > largest:
            return problem_of_status(413)
        return None


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with its tag; without a body when the caller has it at hand."""
    if request.method != "GET" or response.status_code != 200 or response.streaming:
        return response
    tag = response.headers.get("ETag") or tag_of(response.content)
    response.headers["ETag"] = tag
    known = {one.strip() for one in request.headers.get("If-None-Match", "").split(",")}
    if tag not in known and "*" not in known:
        return response
    unchanged = HttpResponse(status=304)
    for name in ("ETag", "Vary", "Content-Language", "RateLimit", "RateLimit-Policy"):
        if name in response.headers:
            unchanged.headers[name] = response.headers[name]
    del unchanged.headers["Content-Type"]
    return unchanged
