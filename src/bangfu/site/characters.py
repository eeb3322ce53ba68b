"""What is sent to any page holds characters that the database can hold, or it is no request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

NUL = "\x00"


class NoNulCharacters:
    """Answers 400 to text with the character NUL, which no keyboard types and no PostgreSQL text holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Look at the address and the fields, which the CSRF check has read already.

        Raises: BadRequest: there is a NUL among them.
        """
        fields = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        texts = (text for sent in fields for _, values in sent.lists() for text in values)
        if NUL in request.path_info or any(NUL in text for text in texts if isinstance(text, str)):
            raise BadRequest("a NUL character")
