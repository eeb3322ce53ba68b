"""Pages of evidence: the file itself, a small picture of it, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence import operations, queries, sniffing, storage, thumbnails
from bangfu.foundation.evidence.forms import ConsentForm, DeclarationForm, WithdrawalForm
from bangfu.foundation.evidence.models import (
    GIVER_WORDS,
    Attachment,
    Consent,
    EvidenceFile,
    Photograph,
    PictureDeclaration,
    Use,
)
from bangfu.foundation.operations import Act, NotPermitted, Refusal, Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.people.readers import reader_of, tier_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.tiers import Tier, known_fields

ROWS_A_PAGE = 30
SHOWN_IN_PLACE = frozenset({*sniffing.PICTURES, sniffing.TEXT, sniffing.CSV}) - {sniffing.HEIC}
"""What a browser may show itself; everything else is handed over as a download."""
_SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    sniffing.HEIC: ".heic",
    sniffing.PDF: ".pdf",
    sniffing.XLSX: ".xlsx",
    sniffing.DOCX: ".docx",
    sniffing.TEXT: ".txt",
    sniffing.CSV: ".csv",
    sniffing.SEALED: ".sealed",
}
TYPE_WORDS: dict[str, Words] = {
    "image/jpeg": both("照片（JPEG）", "Photograph (JPEG)"),
    "image/png": both("图片（PNG）", "Picture (PNG)"),
    "image/webp": both("图片（WebP）", "Picture (WebP)"),
    sniffing.HEIC: both("照片（HEIC）", "Photograph (HEIC)"),
    sniffing.PDF: both("PDF 文件", "PDF document"),
    sniffing.XLSX: both("Excel 表格", "Excel workbook"),
    sniffing.DOCX: both("Word 文档", "Word document"),
    sniffing.TEXT: both("文本记录", "Plain text"),
    sniffing.CSV: both("CSV 记录", "CSV log"),
    sniffing.SEALED: both("加密保存的表格", "Spreadsheet kept sealed"),
}
ICONS = {sniffing.XLSX: "file-spreadsheet", sniffing.CSV: "file-spreadsheet", sniffing.HEIC: "photo"}


def _permitted_file(request: HttpRequest, digest: str) -> tuple[Account, EvidenceFile]:
    file = get_object_or_404(EvidenceFile.objects.select_related("kept_by__person__key"), pk=digest)
    account = reader_of(request)
    if not queries.may_view(account, file, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="evidence.view")
    return account, file


def _unchanging(response: HttpResponseBase, digest: str) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["ETag"] = f'"{digest}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = _SANDBOX
    return response


@require_safe
def file(request: HttpRequest, digest: str) -> HttpResponseBase:
    """Serve the bytes as they were kept."""
    _, kept = _permitted_file(request, digest)
    if request.headers.get("If-None-Match") == f'"{digest}"':
        return _unchanging(HttpResponseNotModified(), digest)
    path = storage.path_of(digest)
    if not path.exists():
        raise Http404(digest)
    media_type = kept.media_type
    if media_type.startswith("text/"):
        with path.open("rb") as content:
            media_type = f"{sniffing.TEXT}; charset={sniffing.charset_of(content.read()) or 'utf-8'}"
    response = FileResponse(
        path.open("rb"),
        as_attachment=kept.media_type not in SHOWN_IN_PLACE,
        filename=_served_name(kept),
        content_type=media_type,
    )
    return _unchanging(response, digest)


def _served_name(kept: EvidenceFile) -> str:
    """Return the first name the file was attached under, with the ending of its real type."""
    ending = _ENDINGS[kept.media_type]
    name = kept.attachments.order_by("id").values_list("name", flat=True).first() or kept.digest[:12]
    same = {".jpg": (".jpg", ".jpeg"), ".txt": (".txt", ".log"), ".csv": (".csv", ".tsv", ".txt")}
    return name if name.lower().endswith(same.get(ending, (ending,))) else f"{name}{ending}"


@require_safe
def thumb(request: HttpRequest, digest: str) -> HttpResponseBase:
    """Serve a small picture of a photograph."""
    _, kept = _permitted_file(request, digest)
    if request.headers.get("If-None-Match") == f'"{digest}"':
        return _unchanging(HttpResponseNotModified(), digest)
    small = thumbnails.thumbnail_of(digest, kept.media_type)
    if small is None:
        raise Http404(digest)
    return _unchanging(FileResponse(small.open("rb"), content_type=thumbnails.MEDIA_TYPE), digest)


@require_safe
def about(request: HttpRequest, digest: str) -> HttpResponse:
    """Show a file's digest, recomputed now, and the records on which it hangs."""
    account, kept = _permitted_file(request, digest)
    hanging, hidden = _records_shown(account, kept)
    page = Paginator(hanging, ROWS_A_PAGE).get_page(request.GET.get("page"))
    alike, alike_hidden = _alike(account, kept)
    name = hanging[0].name if hanging else f"{kept.digest[:12]}{_ENDINGS[kept.media_type]}"
    context = {
        "file": kept,
        "name": name,
        "type_words": TYPE_WORDS[kept.media_type],
        "is_picture": kept.media_type in sniffing.PICTURES,
        "opens_in_place": kept.media_type in SHOWN_IN_PLACE,
        "icon": ICONS.get(kept.media_type, "file-text"),
        "is_whole": storage.matches(digest),
        "page": page,
        "rows": queries.shown_attachments(list(page)),
        "hidden": hidden,
        "capture": _capture(kept, tier_of(request)),
        "alike": queries.shown_attachments(alike),
        "alike_hidden": alike_hidden,
        **(_people_in(account, kept) if kept.media_type in sniffing.PICTURES else {}),
    }
    in_drawer = request.headers.get("HX-Target") == "drawer"
    response = render(request, "evidence/opened.html" if in_drawer else "evidence/about.html", context)
    response.headers["Vary"] = "HX-Target, Cookie"
    return response


def _capture(kept: EvidenceFile, tier: Tier) -> dict[str, Any] | None:
    """Return what a picture said of its taking, as far as a tier may know it; null for what is no picture."""
    columns = ("taken_at", "has_offset", "latitude", "longitude")
    found = Photograph.objects.filter(pk=kept.pk).values(*columns).first()
    return None if found is None else known_fields(found, tier)


def _records_shown(account: Account, kept: EvidenceFile) -> tuple[list[Attachment], int]:
    """Return the attachments the account may know of, and how many others there are."""
    every = list(kept.attachments.select_related("attached_by__person__key").order_by("id"))
    shown = queries.within_reach(account, every, timezone.localdate())
    return shown, len(every) - len(shown)


def _alike(account: Account, kept: EvidenceFile) -> tuple[list[Attachment], int]:
    """Return where other files with the same picture hang, as far as the account may know, and how many others do."""
    likenesses = queries.same_picture([kept.pk]).get(kept.pk, [])
    every = list(
        Attachment.objects.filter(file__in=[like.digest for like in likenesses])
        .select_related("attached_by__person__key")
        .order_by("id")
    )
    shown = queries.within_reach(account, every, timezone.localdate())
    return shown[:ROWS_A_PAGE], len(every) - len(shown)


def _may(account: Account, operation: str, kept: EvidenceFile) -> bool:
    """Return whether an account may do something with the people in a picture, on every record it hangs on."""
    scopes = [Scope(unit=unit) for unit in queries.units_of(kept)] or [Scope()]
    return all(allows(account, operation, scope, timezone.localdate()) for scope in scopes)


def _people_in(account: Account, kept: EvidenceFile) -> dict[str, Any]:
    """Return what the page says of the people in a picture: declarations, consents, and where it may be shown."""
    consents = list(kept.consents.select_related("person__key", "recorded_by__person__key").order_by("id"))
    persons = masked_persons([one.person_id for one in consents if one.person_id is not None])
    in_force = set(queries.consents_in_force(kept.pk).values_list("pk", flat=True))
    shown = {use: queries.showable(use).filter(file=kept).exists() for use in Use}
    return {
        "recognisable": queries.recognisable_in(kept.pk),
        "declarations": PictureDeclaration.objects.filter(file=kept)
        .select_related("declared_by__person__key")
        .order_by("id"),
        "consents": [
            {
                "it": one,
                "giver": GIVER_WORDS[one.giver],
                "person": persons[one.person_id].name if one.person_id in persons else "",
                "holds": one.pk in in_force,
            }
            for one in consents
        ],
        "for_report": shown[Use.REPORT],
        "for_web": shown[Use.WEB],
        "may_declare": _may(account, "evidence.declare_picture", kept),
        "may_consent": _may(account, "evidence.record_consent", kept),
        "may_withdraw": _may(account, "evidence.withdraw_consent", kept),
    }


def _asked(
    request: HttpRequest,
    kept: EvidenceFile,
    form: Keyed,
    title: Words,
    about: Words,
    carry_out: Callable[..., object],
) -> HttpResponse:
    """Show a form about a picture, or carry it out and go back to the picture; a refusal is shown above the form."""
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        act = Act.now(reader_of(request), key=given.pop("key"))
        try:
            carry_out(**given, act=act)
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已记下。", "Recorded.")))
            return redirect("evidence:about", digest=kept.pk)
    context = {"file": kept, "form": form, "title": title, "about": about, "refusal": refusal}
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "evidence/people.html", context, status=status)


@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, digest: str) -> HttpResponse:
    """Let somebody say how many people can be recognised in a picture."""
    _, kept = _permitted_file(request, digest)

    def carry_out(*, recognisable: int, act: Act) -> object:
        return operations.declare_picture(file=kept, recognisable=recognisable, act=act)

    title = both("申明画面里的人", "Declare the people in the picture")
    about = both(
        "申明没有能认出的人，照片才能进报告；有人的，每个人都须有在用的同意。新的申明替代以前的。",
        "A picture stands in reports when nobody can be recognised, or when everybody who can has a consent in force."
        " A new declaration takes the place of earlier ones.",
    )
    return _asked(request, kept, DeclarationForm(request.POST or None), title, about, carry_out)


@require_http_methods(["GET", "POST"])
def consent(request: HttpRequest, digest: str) -> HttpResponse:
    """Let somebody record a consent to a picture."""
    _, kept = _permitted_file(request, digest)

    def carry_out(*, giver: str, **given: Any) -> object:
        return operations.record_consent(file=kept, **given)

    title = both("登记同意", "Record a consent")
    about = both(
        "一人一份。未成年人由监护人签字。随时可以撤回，撤回后照片立即不再展示。",
        "One for each person; a guardian signs for a minor. Once it is withdrawn, the picture is shown no more.",
    )
    form = ConsentForm(request.POST or None, request.FILES or None)
    return _asked(request, kept, form, title, about, carry_out)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, digest: str, key: int) -> HttpResponse:
    """Let somebody withdraw a consent to a picture."""
    _, kept = _permitted_file(request, digest)
    given = get_object_or_404(Consent, pk=key, picture=kept)

    def carry_out(*, on: Any, act: Act) -> object:
        return operations.withdraw_consent(consent=given, on=on, act=act)

    title = both("撤回同意", "Withdraw a consent")
    about = both(
        "撤回即时生效：报告的网页和 PDF 立即不再有这张照片，看过去的报告也没有。撤回不能取消，以后可以重新登记同意。",
        "It holds at once: no page and no PDF of a report has the picture from now on, of whatever day the report is. It cannot"
        " be undone; a new consent can be recorded.",
    )
    form = WithdrawalForm(request.POST or None, initial={"on": timezone.localdate()})
    return _asked(request, kept, form, title, about, carry_out)
