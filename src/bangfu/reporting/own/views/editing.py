"""The editor: typed fields and TOML text, each turned into the other, checked while one types, and saved by one operation."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.operations import Act, NotPermitted, Refusal, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.picking import unit_said
from bangfu.reporting.codes import FIRST_OWN_NUMBER
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.indicators import shipped_indicators
from bangfu.reporting.own import operations, queries
from bangfu.reporting.own.checking import UnableToDeclare, checked, table_in
from bangfu.reporting.own.editor import sections_of
from bangfu.reporting.own.fields import Given, carried, field_named, fields_from, table_from
from bangfu.reporting.own.models import OwnIndicator, Version
from bangfu.reporting.own.naming import OWNER, PLACE, coded, places_offered, typed, units_offered
from bangfu.reporting.own.saying import said
from bangfu.reporting.own.tabling import table_of
from bangfu.reporting.own.views.reading import may, readable_version, reader
from bangfu.reporting.own.writing import written

READS_AND_WRITES = require_http_methods(["GET", "HEAD", "POST"])
CHECK, FORM = "own-check", "own-editor"
LARGEST_FILE = 100_000
START: dict[str, list[str]] = {
    "kind": ["flow"],
    "factor": ["1"],
    "display-scale": ["1"],
    "display-decimals": ["0"],
    "display-rounding": ["half_up"],
    "code": ["own."],
}


class Editing:
    """What is being declared: a new indicator, the next version of one, or a draft that is worded anew."""

    def __init__(
        self, account: Account, *, indicator: OwnIndicator | None = None, version: Version | None = None
    ) -> None:
        """Begin with what there is.

        Raises: NotPermitted: the account may not draft it.
        """
        self.account, self.version = account, version
        self.indicator = version.indicator if version else indicator
        self.operation = (
            "word_version" if version else "revise_indicator" if indicator else "declare_indicator"
        )
        if self.indicator is not None and not may(account, self.operation, self.indicator.unit_id):
            raise NotPermitted("out_of_scope", permission=f"own.{self.operation}")
        self.units = [] if self.indicator else self._units()

    def _units(self) -> list[Unit]:
        """Return the units for which somebody may declare."""
        allowed = granted_units(self.account, "own.declare_indicator", timezone.localdate())
        if not allowed:
            raise NotPermitted("out_of_scope", permission="own.declare_indicator")
        return list(Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path"))

    @property
    def code(self) -> str | None:
        """The code that stays; null while a new one may choose."""
        return self.indicator.code if self.indicator else None

    @property
    def numbers(self) -> dict[str, int]:
        """The number and version that the house gives, or will."""
        if self.indicator is None:
            return {"number": FIRST_OWN_NUMBER, "version": 1}
        newest = queries.newest_version(self.indicator.pk)
        number = self.version.number if self.version else newest.number + 1
        return {"number": self.indicator.number, "version": number}

    def start(self, like: str) -> str:
        """Return the text that the editor begins with. Args: like: the code of an indicator that is taken as a model."""
        if self.version is not None:
            return queries.text_of(self.version.pk)
        if self.indicator is not None:
            table = queries.declared(queries.text_of(queries.newest_version(self.indicator.pk).pk))
            return written(
                {name: value for name, value in table.items() if name not in ("number", "version")}
            )
        model = next((one for one in shipped_indicators() if one.code == like), None)
        if model is None:
            return ""
        table = table_of(model)
        code = f"own.{model.code.partition('.')[2]}"
        return written({**{n: v for n, v in table.items() if n not in ("number", "version")}, "code": code})

    def check(self, text: str) -> Indicator:
        """Return what a text declares. Raises: UnableToDeclare."""
        numbers = self.numbers
        table = table_in(text)
        if self.indicator is None:
            # A new one gets its number when it is saved; what the text says of it is refused then.
            numbers["number"] = table.get("number", FIRST_OWN_NUMBER)
        return checked(text, **numbers, code=self.code)[0]

    def keep(self, request: HttpRequest, text: str, act: Act) -> Version:
        """Save a text. Raises: Refusal."""
        if self.version is not None:
            operations.word_version(version=self.version, text=text, act=act)
            return self.version
        if self.indicator is not None:
            reason = request.POST.get("reason", "")
            return operations.revise_indicator(indicator=self.indicator, text=text, reason=reason, act=act)
        chosen = request.POST.get("unit", "")
        unit = unit_said(chosen, self.units, by="pk") if chosen else self.units[0]
        if unit is None:
            raise Http404(chosen)
        return operations.declare_indicator(unit=unit, text=text, act=act)


@READS_AND_WRITES
def new(request: HttpRequest) -> HttpResponse:
    """Declare a new indicator."""
    return _edited(request, Editing(reader(request)))


@READS_AND_WRITES
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Draft the next version of an indicator."""
    account = reader(request)
    return _edited(request, Editing(account, indicator=get_object_or_404(OwnIndicator, pk=key)))


@READS_AND_WRITES
def word(request: HttpRequest, key: int) -> HttpResponse:
    """Word a draft anew."""
    account = reader(request)
    return _edited(request, Editing(account, version=readable_version(key)))


def _edited(request: HttpRequest, editing: Editing) -> HttpResponse:
    if request.method != "POST":
        text = editing.start(request.GET.get("like", ""))
        is_text = request.GET.get("as") == "text"
        held = fields_from(table_in(text)) if text else START
        return _page(request, editing, held, text, is_text=is_text)
    is_text = request.POST.get("as") == "text"
    fields: Given = coded(_given(request))
    text = _text_of(request) if is_text else written(_kept(table_from(fields), editing))
    do = request.POST.get("do", "")
    if request.headers.get("HX-Target") == CHECK:
        return _check(request, editing, text, None if is_text else fields)
    if do in ("as_form", "as_text") and is_text != (do == "as_text"):
        return _turned(request, editing, fields, text, to_text=do == "as_text")
    if do == "save":
        return _saved(request, editing, fields, text, is_text=is_text)
    return _page(request, editing, fields, text, is_text=is_text, is_checked=do == "check")


def _turned(
    request: HttpRequest, editing: Editing, fields: Given, text: str, *, to_text: bool
) -> HttpResponse:
    """Show the text of what the fields hold, or the fields of what a text says."""
    if to_text:
        return _page(request, editing, fields, text, is_text=True)
    try:
        return _page(request, editing, fields_from(table_in(text)), text, is_text=False)
    except UnableToDeclare as refusal:
        return _page(request, editing, fields, text, is_text=True, refusal=refusal)


def _saved(
    request: HttpRequest, editing: Editing, fields: Given, text: str, *, is_text: bool
) -> HttpResponse:
    act = Act.now(editing.account, key=request.POST.get("key") or None)
    try:
        version = editing.keep(request, text, act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, editing, fields, text, is_text=is_text, refusal=refusal)
    messages.success(request, str(both("已存为草案。", "Saved as a draft.")))
    return redirect("own:version", key=version.pk)


def _check(request: HttpRequest, editing: Editing, text: str, fields: Given | None) -> HttpResponse:
    """Answer htmx with what is wrong, or with what is declared in words."""
    response = render(request, "own/check.html", _checked(editing, text, fields))
    patch_vary_headers(response, ["HX-Target"])
    return response


def _checked(editing: Editing, text: str, fields: Given | None) -> dict[str, Any]:
    """Return what a text declares, or what is wrong. Args: fields: those of the form that it comes from; null for a text."""
    try:
        return {"said": said(editing.check(text)), "fault": None, "is_checked": True}
    except UnableToDeclare as refusal:
        return {"said": [], "fault": _in_form(refusal, editing, fields), "is_checked": True, "raw": refusal}


def _in_form(refusal: Refusal, editing: Editing, fields: Given | None) -> Refusal:
    """Return a refusal that calls a field as the form does, where lines of a text say nothing."""
    errors = {} if fields is None else _errors(refusal, fields)
    sections = sections_of(fields or {}, errors, code=editing.code) if errors else []
    wrong = ((one, field) for one in sections for row in one.rows for field in row if field.error)
    for section, field in wrong:
        name = both("{part} · {label}", "{part} · {label}").filled(part=section.title, label=field.label)
        return UnableToDeclare("wrong_field", field=name, said=field.error)
    return refusal


def _page(
    request: HttpRequest,
    editing: Editing,
    fields: Given,
    text: str,
    *,
    is_text: bool,
    refusal: Refusal | None = None,
    is_checked: bool = False,
) -> HttpResponse:
    held = None if is_text else fields
    checked_now = _checked(editing, text, held) if is_checked else {}
    errors = {} if is_text else _errors(refusal or checked_now.get("raw"), fields)
    context = {
        "editing": editing,
        "indicator": editing.indicator,
        "version": editing.version,
        "is_text": is_text,
        "text": text,
        "sections": [] if is_text else sections_of(fields, errors, code=editing.code),
        "units": editing.units,
        "unit": request.POST.get("unit", ""),
        "reason": request.POST.get("reason", ""),
        "key": request.POST.get("key") or str(uuid.uuid4()),
        "refusal": refusal and _in_form(refusal, editing, held),
        "models": shipped_indicators() if editing.indicator is None and request.method != "POST" else [],
        "like": request.GET.get("like", ""),
        **checked_now,
    }
    status = 409 if refusal else 200
    template = "own/form.html" if request.headers.get("HX-Target") == FORM else "own/edit.html"
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Target"])
    return response


def _errors(fault: Refusal | None, fields: Given) -> Mapping[str, Words]:
    """Return what is wrong by the name of the form's field."""
    if not isinstance(fault, UnableToDeclare) or not fault.field:
        return {}
    words = fault.details.get("said")
    kind = (fields.get("kind") or [""])[-1]
    name = field_named(fault.field, kind)
    return {name: words if isinstance(words, Words) else fault.sentence}


def _given(request: HttpRequest) -> dict[str, list[str]]:
    """Return what the fields hold, with a measure added that was just chosen."""
    found = carried({name: [str(one) for one in several] for name, several in request.POST.lists()})
    known = declared_measures()
    for prefix in ("", "numerator-", "denominator-"):
        wanted = (found.pop(f"{prefix}add", None) or [""])[-1].strip()
        code = next(
            (code for code, one in known.items() if wanted in (code, one.title.zh, one.title.en)), wanted
        )
        if code:
            found[f"{prefix}measures"] = [*found.get(f"{prefix}measures", []), code]
    return found


def _kept(table: dict[str, Any], editing: Editing) -> dict[str, Any]:
    """Return the table of the form with the code that stays."""
    return {**table, "code": editing.code} if editing.code else table


def _text_of(request: HttpRequest) -> str:
    """Return the text that was pasted, or that of the file that was chosen."""
    upload = request.FILES.get("file")
    if upload is None:
        return str(request.POST.get("text", "")).replace("\r\n", "\n")
    return upload.read(LARGEST_FILE).decode("utf-8", errors="replace").removeprefix("\ufeff")


@require_safe
def offered_places(request: HttpRequest) -> HttpResponse:
    """Offer places for what is being typed, as options of a list."""
    reader(request)
    return _offered(request, places_offered(typed(_typed(request), PLACE)))


@require_safe
def offered_units(request: HttpRequest) -> HttpResponse:
    """Offer units for what is being typed, as options of a list."""
    reader(request)
    return _offered(request, units_offered(typed(_typed(request), OWNER)))


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(text) for name, text in request.GET.items()}


def _offered(request: HttpRequest, options: list[str]) -> HttpResponse:
    return render(request, "organisation/offers.html", {"options": [(one, "") for one in options]})
