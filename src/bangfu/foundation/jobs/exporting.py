"""Long lists as files: the page that would write one asks for a job, which opens the same page as the same reader."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils.translation import get_language

from bangfu.foundation.jobs.files import being_written
from bangfu.foundation.jobs.operations import ask
from bangfu.foundation.operations import Act, Refusal, Scope, progress
from bangfu.foundation.operations.once import reading
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import JobAsked, JobDeclaration, JobResult, Words, both
from bangfu.foundation.rooms.jobs import Arguments
from bangfu.foundation.rooms.lists import written_by

KIND = "jobs.export_list"
WRITING = both("写入行", "writing rows")
_FILE_NAME = re.compile(r'filename="([^"/\\]+)"')


class UnableToExport(Refusal):
    """Codes: ``no_file``."""

    sentences = {
        "no_file": both(
            "这个清单现在导不出文件。请回到清单页，改变筛选后再导出。",
            "The list gives no file now. Go back to it, narrow it in another way and export again.",
        )
    }


class LongLists:
    """Lets jobs write the lists that are too long for a reader to wait for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET" or not isinstance(request.user, Account):
            return self.get_response(request)
        with written_by(_Reader(request, request.user)):
            return self.get_response(request)


class _Reader:
    """A reader at a page: a long list is left to a job."""

    def __init__(self, request: HttpRequest, account: Account) -> None:
        self._request, self._account = request, account

    def put_aside(self, what: Words) -> HttpResponseBase:
        """Ask for a job, and lead to its page."""
        arguments = {
            "what_zh": what.zh,
            "what_en": what.en,
            "house": f"{self._request.scheme}://{self._request.get_host()}",
            "path": self._request.get_full_path(),
            "language": get_language(),
            "account": self._account.pk,
        }
        act = Act.now(self._account)
        job = ask(kind=KIND, arguments=arguments, account=self._account, act=act)
        return redirect("jobs:job", key=job.pk)

    def written(self, rows: int) -> None:
        """Nobody asks how far a short list is."""


class _Job:
    """A job at the same page: it writes the whole."""

    def put_aside(self, what: Words) -> None:
        """Write it here."""

    def written(self, rows: int) -> None:
        """Say how far it is."""
        progress(WRITING, done=rows)


def _asked(arguments: Arguments) -> JobAsked:
    what = Words(str(arguments["what_zh"]), str(arguments["what_en"]))
    path = str(arguments["path"])
    digest = hashlib.sha256(path.encode()).hexdigest()[:40]
    return JobAsked(
        both("导出{what}", "Export {what}").filled(what=what),
        permission="",
        scope=Scope(),
        subject=f"account:{arguments['account']}:{digest}",
    )


def _run(arguments: Arguments, act: Act) -> JobResult:
    request = _request(str(arguments["house"]), str(arguments["path"]), act.actor)
    page = resolve(request.path_info)
    with reading(), written_by(_Job()):
        response = page.func(request, *page.args, **page.kwargs)
        named = _FILE_NAME.search(response.headers.get("Content-Disposition", ""))
        if response.status_code != 200 or named is None:
            raise UnableToExport("no_file")
        name = named[1]
        # Not closed: that would end the request, and this thread's connection with it.
        with being_written(Path(name).suffix) as path:
            size = _written(response, path)
    return JobResult(
        both("已写好 {name}（{size} KB）。", "{name} is written ({size} KB).").filled(
            name=name, size=f"{size / 1024:,.0f}"
        ),
        file=path,
        file_name=name,
    )


def _written(response: HttpResponseBase, path: Path) -> int:
    """Write what a page answers into a file, and return how many bytes it is."""
    pieces = (
        cast(Iterable[bytes], response.streaming_content)
        if isinstance(response, StreamingHttpResponse)
        else [cast(HttpResponse, response).content]
    )
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        return file.tell()


def _request(house: str, path: str, account: Account) -> HttpRequest:
    """Return a reader's request for a page, as a job makes it."""
    parts, asked = urlsplit(house), urlsplit(path)
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": asked.path,
            "QUERY_STRING": asked.query,
            "HTTP_HOST": parts.netloc,
            "SERVER_NAME": parts.hostname or "localhost",
            "SERVER_PORT": str(parts.port or 80),
            "wsgi.url_scheme": parts.scheme,
            "wsgi.input": io.BytesIO(),
        }
    )
    request.user = account
    return request


EXPORT = JobDeclaration(KIND, both("导出长清单", "Export a long list"), _asked, _run)
