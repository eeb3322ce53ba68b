"""What stands before every page: sign-in for all that is not published, refusals as readable pages, guarded answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from bangfu.foundation.api.assembling import NAMESPACE
from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms.tiers import Matter, Tier, may_know
from bangfu.site.signing_in import is_asked_for_second_factor
from bangfu.site.today import ACTED, COUNTED_FOR_S

OPEN_ADDRESSES: dict[str, Matter] = {
    "sign_in": Matter.DOOR,
    "sign_in_code": Matter.DOOR,
    "accounts:use_link": Matter.DOOR,
    "language": Matter.DOOR,
    "health": Matter.DOOR,
    "checkpoint": Matter.DIGEST,
    "block_checkpoint": Matter.DIGEST,
    "ledger_keys": Matter.DIGEST,
    "training:check_in": Matter.SELF_SERVICE,
    "training:give_feedback": Matter.SELF_SERVICE,
    "training:check": Matter.CERTIFICATE,
    "industries:origin": Matter.ORIGIN,
    "industries:picture": Matter.CONSENTED_PICTURE,
    "map:published": Matter.PUBLISHED_FIGURE,
    "map:published_values": Matter.PUBLISHED_FIGURE,
    "map:published_csv": Matter.PUBLISHED_FIGURE,
    "publications:all_published": Matter.PUBLISHED_FIGURE,
    "publications:published": Matter.PUBLISHED_FIGURE,
    "publications:published_text": Matter.PUBLISHED_FIGURE,
    "publications:published_paper": Matter.PUBLISHED_FIGURE,
    "publications:published_table": Matter.PUBLISHED_FIGURE,
    "publications:figure": Matter.REDACTED_FACT,
    "publications:page": Matter.REDACTED_FACT,
    "publications:bundle": Matter.REDACTED_FACT,
    "corrections:errata": Matter.PUBLISHED_FIGURE,
    "corrections:errata_feed": Matter.PUBLISHED_FIGURE,
    "corrections:errata_csv": Matter.PUBLISHED_FIGURE,
    "corrections:public_erratum": Matter.REDACTED_FACT,
    "corrections:note": Matter.REDACTED_FACT,
    "corrections:proof": Matter.REDACTED_FACT,
    "corrections:ask": Matter.SELF_SERVICE,
    "corrections:ask_figure": Matter.SELF_SERVICE,
    "corrections:follow": Matter.SELF_SERVICE,
    "corrections:again": Matter.SELF_SERVICE,
    "payments:pay": Matter.SELF_SERVICE,
    "payments:state": Matter.SELF_SERVICE,
    "payments:test_pay": Matter.SELF_SERVICE,
    "payments:told": Matter.DOOR,
    "shop:catalogue": Matter.CATALOGUE,
    "shop:product": Matter.CATALOGUE,
    "shop:sale": Matter.CATALOGUE,
    "shop:picture": Matter.CONSENTED_PICTURE,
    "shop:portrait": Matter.CONSENTED_PICTURE,
    "shop:enter": Matter.SELF_SERVICE,
    "campaigns:public_list": Matter.APPEAL,
    "campaigns:public": Matter.APPEAL,
    "campaigns:public_cash": Matter.SELF_SERVICE,
    "campaigns:public_monthly": Matter.SELF_SERVICE,
    "campaigns:public_points": Matter.SELF_SERVICE,
    "campaigns:certificate": Matter.SELF_SERVICE,
    "campaigns:take_back": Matter.SELF_SERVICE,
    "campaigns:pledge": Matter.SELF_SERVICE,
    "campaigns:end_pledge": Matter.SELF_SERVICE,
    "campaigns:ask_again": Matter.SELF_SERVICE,
    "grants:follow": Matter.APPEAL,
    "shop:basket": Matter.CATALOGUE,
    "shop:basket_prices": Matter.CATALOGUE,
    "shop:counties": Matter.CATALOGUE,
    "shop:coupons": Matter.CATALOGUE,
    "shop:claim": Matter.SELF_SERVICE,
    "shop:checkout": Matter.SELF_SERVICE,
    "shop:mine": Matter.SELF_SERVICE,
    "shop:my_order": Matter.SELF_SERVICE,
    "shop:complete": Matter.SELF_SERVICE,
    "shop:my_pay": Matter.SELF_SERVICE,
    "shop:member": Matter.SELF_SERVICE,
    "shop:use_points": Matter.SELF_SERVICE,
    "shop:my_cancel": Matter.SELF_SERVICE,
    "shop:my_received": Matter.SELF_SERVICE,
    "shop:ask_invoice": Matter.SELF_SERVICE,
    "shop:ask_return": Matter.SELF_SERVICE,
    "shop:my_review": Matter.SELF_SERVICE,
    "shop:withdraw_return": Matter.SELF_SERVICE,
    "shop:send_back": Matter.SELF_SERVICE,
}
"""URL names that answer without sign-in, and what each shows."""
BEFORE_SECOND_FACTOR = frozenset(
    {
        *OPEN_ADDRESSES,
        "sign_out",
        "accounts:second_factor",
        "accounts:begin_second_factor",
        "people:password",
    }
)
"""URL names that answer to whoever must still enrol a second factor."""


def refuse_open_secrets(addresses: Mapping[str, Matter]) -> None:
    """Refuse a house in which an open address shows what the public may never know.

    Raises: ImproperlyConfigured: with the addresses.
    """
    wrong = sorted(name for name, matter in addresses.items() if not may_know(Tier.PUBLIC, matter))
    if wrong:
        raise ImproperlyConfigured(f"open to everybody, and never public: {', '.join(wrong)}")


refuse_open_secrets(OPEN_ADDRESSES)

NO_SUCH_METHOD = 405
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
"""Scripts, styles, fonts and pictures come from this house only, and nothing inline runs."""


class BackFromButtons:
    """Leads a browser that opens the address of a button, which only takes what is posted, to the page that the button stands on.

    A refusal is shown under that address, so that choosing the language there, or opening it again, asks for it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the answer; in place of an empty one the way to the nearest page above. Programs are told that it is no page."""
        response = self.get_response(request)
        is_read = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        if response.status_code != NO_SUCH_METHOD or not is_read or response.content:
            return response
        return redirect(_page_above(request.path))


def _page_above(path: str) -> str:
    above = path.rstrip("/").rpartition("/")[0]
    while above:
        for address in (f"{above}/", above):
            if _is_page(address):
                return address
        above = above.rpartition("/")[0]
    return "/"


def _is_page(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


class GuardedAnswers:
    """Tells browsers to load nothing from elsewhere, and caches to keep no page of a signed-in reader.

    An answer whose ``picture_from`` names an origin may play a live picture from there, and from nowhere else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = CONTENT_SECURITY_POLICY
        picture = getattr(response, "picture_from", "")
        if picture:
            policy += f"; media-src 'self' blob: {picture}; connect-src 'self' {picture}"
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


class SignInRequired:
    """Sends whoever is not signed in to the sign-in page, except at the open addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer instead of the view when sign-in is missing."""
        found = resolve(request.path_info)
        if (
            request.user.is_authenticated
            or found.view_name in OPEN_ADDRESSES
            or NAMESPACE in found.namespaces
        ):
            return None  # programs show a token, which their address asks for itself
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response.headers["HX-Redirect"] = redirect_to_login(request.get_full_path()).headers["Location"]
            return response
        return redirect_to_login(request.get_full_path())


class NotesActs:
    """Notes on the browser when it changed something last, so that no process shows it a count from before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and SESSION_KEY in request.session:
            response.set_cookie(
                ACTED,
                f"{time.time():.3f}",
                max_age=COUNTED_FOR_S,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class SecondFactorRequired:
    """Sends whoever must have a second factor and has none to the page that enrols one, where the office requires it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Answer instead of the view while the second factor is missing."""
        if not settings.SECOND_FACTOR_REQUIRED or not isinstance(request.user, Account):
            return None
        if resolve(request.path_info).view_name in BEFORE_SECOND_FACTOR:
            return None
        return redirect("accounts:second_factor") if is_asked_for_second_factor(request.user) else None


class RefusalsAsPages:
    """Shows a refusal that a view let rise as a page with its sentence, or as problem+json to a program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a refusal; everything else rises."""
        if not isinstance(exception, Refusal):
            return None
        status = 403 if isinstance(exception, NotPermitted) else 409
        if request.accepts("text/html"):
            return render(request, "refusal.html", {"refusal": exception}, status=status)
        body = {"type": f"refusal:{exception.code}", "title": str(exception), "status": status}
        return JsonResponse(body, status=status, content_type="application/problem+json")
