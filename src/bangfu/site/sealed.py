"""Pages of the sealed ledger: its blocks, who signed them, and the checkpoints that anybody may take away and keep."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bangfu.foundation.ledger.checkpoints import note_of, sealed_blocks, signing_keys
from bangfu.foundation.ledger.models import SigningKey
from bangfu.foundation.ledger.queries import latest_block, unsealed_facts
from bangfu.foundation.people.readers import reader_of

BLOCKS_A_PAGE = 50


@require_safe
def blocks(request: HttpRequest) -> HttpResponse:
    """Show the ledger's blocks, newest first, with sizes, roots, witnesses and how long the first fact waited."""
    reader_of(request)
    before = request.GET.get("before", "")
    found = sealed_blocks(int(before) if before.isdecimal() and len(before) < 19 else None, BLOCKS_A_PAGE)
    newest = latest_block()
    context = {
        "rows": found,
        "newest": newest,
        "older": found[-1].number if len(found) == BLOCKS_A_PAGE and found[-1].number > 1 else None,
        "is_first": not before,
        "unsealed": unsealed_facts(),
        "keys": signing_keys(),
    }
    return render(request, "audit_ledger.html", context)


@require_safe
def checkpoint(request: HttpRequest, block: int | None = None) -> HttpResponse:
    """Send a block's checkpoint, the newest without a number, as the text that was signed: for anybody to keep.

    It holds size and root of the ledger and says nothing of what is in it.
    """
    newest = latest_block()
    note = note_of(block if block is not None else newest.number if newest else 0)
    if note is None:
        raise Http404
    response = HttpResponse(note, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache" if block is None else "public, max-age=60"
    return response


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Send the public keys that ever signed, a line each: the ledger's name and the key in base64, oldest first."""
    lines = SigningKey.objects.order_by("id").values_list("name", "public_key")
    return HttpResponse(
        "".join(f"{name} {key}\n" for name, key in lines), content_type="text/plain; charset=utf-8"
    )
