"""Pages of the trail: operations and sign-ins, narrowed and taken out, and each entry opened."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.accounts.models import KIND_WORDS
from bangfu.foundation.ledger.queries import latest_block, unsealed_facts
from bangfu.foundation.operations import Act, NotPermitted, Scope, allows, export_audit, operations
from bangfu.foundation.operations.models import AuditEntry
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both, permission_words, record_types, rooms
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.site import trail, trail_files
from bangfu.site.trail import Asked

SHOWN_OBJECTS = 200
FILE_FORMS = ("csv", "xlsx")
LISTS = {
    "operations": both("操作留痕", "Trail of operations"),
    "sign_ins": both("登录记录", "Log of sign-ins"),
}
LIST_PAGES = {"operations": "audit", "sign_ins": "audit_sign_ins"}


def _auditor(request: HttpRequest) -> Account:
    """Return the reader, who reads the trail of the whole house.

    Raises: NotPermitted: ``out_of_scope``.
    """
    reader = reader_of(request)
    if not allows(reader, "operations.view_audit", Scope(), timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="operations.view_audit")
    return reader


@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Show operations, newest first, narrowed by record, account, operation and time."""
    _auditor(request)
    asked = Asked.of(request.GET)
    page = trail.stretch(trail.entries(asked), request.GET.get("before", ""))
    names = names_of({one.actor for one in page.rows})
    context = {
        "page": page,
        "rows": [
            {
                "entry": one,
                "who": names[one.actor_id],
                "words": permission_words(one.operation),
                "objects": [_object(reference) for reference in one.objects_named[:3]],
                "more": max(len(one.objects_named) - 3, 0),
            }
            for one in page.rows
        ],
        "asked": asked,
        "forms": FILE_FORMS,
        "narrowing": asked.narrowing(),
        "meant": _object(asked.object) if asked.object else None,
        "choices": _choices(),
        "newest": latest_block(),
        "unsealed": unsealed_facts(),
    }
    return render(request, "audit.html", context)


def _choices() -> list[tuple[str, str, list[str]]]:
    """Return rooms with their operations, to choose from: the room's prefix, its title, the names."""
    found = []
    for room in rooms():
        names = sorted(name for name in operations() if name.startswith(f"{room.code}."))
        if names:
            found.append((f"{room.code}.", str(room.title), names))
    return found


def _object(reference: str) -> dict[str, str]:
    """Return a record that an entry names: its words, and its page if it has one."""
    label, _, key = reference.partition(":")
    for kind in record_types():
        if kind.model.lower() == label and key.isdigit():
            return {"reference": reference, "words": f"{kind.title} {key}", "address": kind.address(int(key))}
    pages = {"people.account": "organisation:account", "organisation.unit": "organisation:unit"}
    address = reverse(pages[label], args=[key]) if label in pages and key.isdigit() else ""
    return {"reference": reference, "words": reference, "address": address}


@require_safe
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """Show one entry whole: who, when, which arguments, in which scope, of which records, and its rows."""
    _auditor(request)
    found = get_object_or_404(AuditEntry.objects.select_related("actor__person__key"), pk=key)
    units = {
        unit.pk: unit
        for unit in Unit.objects.filter(pk__in=[one["unit"] for one in found.scopes if one["unit"]])
    }
    labels = place_labels({one["place"] for one in found.scopes if one["place"]})
    context = {
        "entry": found,
        "who": names_of([found.actor])[found.actor_id],
        "words": permission_words(found.operation),
        "objects": [_object(reference) for reference in found.objects_named[:SHOWN_OBJECTS]],
        "more": max(len(found.objects_named) - SHOWN_OBJECTS, 0),
        "scopes": [
            {
                "unit": units.get(one["unit"]),
                "place": labels.get(one["place"], ""),
                "is_whole": one["unit"] is None and one["place"] is None,
            }
            for one in found.scopes
        ],
        "has_parts": AuditEntry.objects.filter(part_of=found).exists(),
    }
    return render(request, "audit_entry.html", context)


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Show the log of sign-ins: who came in, what failed, what was locked."""
    _auditor(request)
    asked = Asked.of(request.GET)
    page = trail.stretch(trail.sign_ins(asked), request.GET.get("before", ""))
    names = names_of({one.account for one in page.rows if one.account})
    context = {
        "page": page,
        "rows": [
            {"line": one, "who": names.get(one.account_id or 0), "words": KIND_WORDS[one.kind]}
            for one in page.rows
        ],
        "asked": asked,
        "forms": FILE_FORMS,
        "narrowing": asked.narrowing(),
        "kinds": KIND_WORDS.items(),
    }
    return render(request, "audit_sign_ins.html", context)


@require_POST
def export(request: HttpRequest, list_name: str, form: str) -> HttpResponseBase:
    """Send a whole narrowed list as a file; that it was taken out is itself an operation.

    Raises: NotPermitted: ``out_of_scope``.
    """
    reader = _auditor(request)
    if list_name not in LISTS or form not in FILE_FORMS:
        raise Http404(list_name)
    asked = Asked.of(request.POST)
    export_audit(list_name=list_name, narrowed_to=asked.narrowing(), form=form, act=Act.now(reader))
    origin = Origin(
        what=LISTS[list_name],
        taken_by=reader.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse(LIST_PAGES[list_name])),
        narrowed_to="，".join(f"{name}={value}" for name, value in asked.narrowing().items()),
        sheet=both("留痕", "Trail"),
    )
    if list_name == "operations":
        headings, rows = trail_files.ENTRY_HEADINGS, trail_files.entry_rows(trail.entries(asked))
    else:
        headings, rows = trail_files.SIGN_IN_HEADINGS, trail_files.sign_in_rows(trail.sign_ins(asked))
    return list_file(list_name, form, headings, rows, origin)
