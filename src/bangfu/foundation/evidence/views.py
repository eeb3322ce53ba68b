"""Pages of evidence: the file itself, a small picture of it, and what is known about it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence import queries, sniffing, storage, thumbnails
from bangfu.foundation.evidence.models import Attachment, EvidenceFile, Photograph
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both

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
    file = get_object_or_404(EvidenceFile.objects.select_related("kept_by__person"), pk=digest)
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
        "capture": Photograph.objects.filter(pk=digest).first(),
        "alike": queries.shown_attachments(alike),
        "alike_hidden": alike_hidden,
    }
    in_drawer = request.headers.get("HX-Target") == "drawer"
    response = render(request, "evidence/opened.html" if in_drawer else "evidence/about.html", context)
    response.headers["Vary"] = "HX-Target, Cookie"
    return response


def _records_shown(account: Account, kept: EvidenceFile) -> tuple[list[Attachment], int]:
    """Return the attachments the account may know of, and how many others there are."""
    every = list(kept.attachments.select_related("attached_by__person").order_by("id"))
    shown = queries.within_reach(account, every, timezone.localdate())
    return shown, len(every) - len(shown)


def _alike(account: Account, kept: EvidenceFile) -> tuple[list[Attachment], int]:
    """Return where other files with the same picture hang, as far as the account may know, and how many others do."""
    likenesses = queries.same_picture([kept.pk]).get(kept.pk, [])
    every = list(
        Attachment.objects.filter(file__in=[like.digest for like in likenesses])
        .select_related("attached_by__person")
        .order_by("id")
    )
    shown = queries.within_reach(account, every, timezone.localdate())
    return shown[:ROWS_A_PAGE], len(every) - len(shown)
