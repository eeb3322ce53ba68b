"""A returned record, changed and submitted again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries import operations
from bangfu.livelihoods.industries.revision_forms import revision_form
from bangfu.livelihoods.industries.telling import address
from bangfu.livelihoods.industries.views.acting import READ_AND_WRITE, carried_out
from bangfu.livelihoods.industries.views.gate import FOUND, industry_of, readable

REVISIONS: dict[str, Callable[..., Any]] = {
    "industry": operations.revise_industry,
    "season": operations.revise_season,
    "contract": operations.revise_contract,
    "payment": operations.revise_payment,
    "lot": operations.revise_lot,
}


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, noun: str, key: int) -> HttpResponse:
    """Change a returned record, and submit it again."""
    if noun not in FOUND:
        raise Http404(noun)
    _, found = readable(request, noun, key)
    form = revision_form(
        found, request.POST or None, request.FILES or None, offers=reverse("industries:places")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        more = {"operator": said["operator"]} if noun == "lot" else {}
        REVISIONS[noun](**{noun: found}, details=form.details(), files=said["evidence"], act=act, **more)
        return address(noun)(key)

    context = {
        "title": both("修改并再次提交", "Change and submit again"),
        "industry": industry_of(found),
        "back": address(noun)(key),
    }
    return carried_out(request, form, carry_out, both("已再次提交。", "Submitted again."), context)
