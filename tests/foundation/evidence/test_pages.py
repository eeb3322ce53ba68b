"""Who may open a file, and how it is served. 贵州's clerk attaches a photograph to a well; the others come and look."""

from __future__ import annotations

import io
from dataclasses import dataclass

import polars
import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.evidence.queries import may_view, openable
from bangfu.foundation.evidence.storage import path_of
from bangfu.foundation.people.models import Account
from tests.cast import NOW, Cast
from tests.foundation.evidence import files
from tests.foundation.review import toys

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Kept:
    """A photograph on a well of 贵州, and a log on no record."""

    photo: EvidenceFile
    log: EvidenceFile
    well: int


@pytest.fixture
def kept(cast: Cast) -> Kept:
    act = cast.act(cast.clerk)
    content = files.photograph()
    photo = toys.keep(unit=cast.guizhou, name="a.jpg", content=content, act=act)
    log = toys.keep(unit=cast.guizhou, name="b.log", content="下行 98".encode("gb18030"), act=act)
    (well,) = toys.wells(cast.guizhou, 1)
    frame = polars.DataFrame(
        {"record": [well], "digest": [photo.digest], "kind": ["PHOTO"], "name": ["现场 a.jpeg"]}
    )
    toys.attach_many(unit=cast.guizhou, frame=frame, act=act)
    return Kept(photo, log, well)


def opened(client: Client, account: Account, page: str, file: EvidenceFile) -> HttpResponse:
    client.force_login(account)
    return client.get(reverse(f"evidence:{page}", args=[file.digest]))  # type: ignore[return-value]


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response)


class TestFilesShown:
    def test_lead_to_those_files_alone_that_the_reader_may_open(
        self, cast: Cast, kept: Kept, rf: RequestFactory
    ) -> None:
        page = Template("{% load kept %}{% evidence_files files %}")
        hanging = list(kept.photo.attachments.all())
        everybody = (
            cast.clerk, cast.officer, cast.verifier, cast.auditor, cast.clerk_of_yunnan, cast.county_official, cast.outsider,
        )  # fmt: skip
        both_files = [kept.photo.pk, kept.log.pk]
        for account in everybody:
            request = rf.get("/")
            request.user = account
            text = page.render(RequestContext(request, {"files": hanging}))
            may = may_view(account, kept.photo, NOW.date())
            assert ("现场 a.jpeg" in text, f"/evidence/{kept.photo.pk}/about" in text) == (True, may)
            assert openable(account, both_files, NOW.date()) == {
                one.pk for one in (kept.photo, kept.log) if may_view(account, one, NOW.date())
            }


class TestWhoMayOpen:
    def test_story(self, cast: Cast, kept: Kept, client: Client) -> None:
        for account in (cast.clerk, cast.officer, cast.verifier, cast.auditor):
            assert opened(client, account, "file", kept.photo).status_code == 200
            assert opened(client, account, "thumb", kept.photo).status_code == 200
            assert opened(client, account, "about", kept.photo).status_code == 200
        for account in (cast.clerk_of_yunnan, cast.county_official, cast.outsider):
            for page in ("file", "thumb", "about"):
                assert opened(client, account, page, kept.photo).status_code == 403

    def test_a_file_on_no_record_opens_to_its_uploader_and_the_root(
        self, cast: Cast, kept: Kept, client: Client
    ) -> None:
        assert opened(client, cast.clerk, "file", kept.log).status_code == 200
        assert opened(client, cast.auditor, "about", kept.log).status_code == 200
        assert opened(client, cast.clerk_of_yunnan, "file", kept.log).status_code == 403

    def test_a_file_that_two_provinces_share_shows_each_its_own_records(
        self, cast: Cast, kept: Kept, client: Client
    ) -> None:
        (well,) = toys.wells(cast.yunnan, 1)
        frame = polars.DataFrame(
            {"record": [well], "digest": [kept.photo.digest], "kind": ["PHOTO"], "name": ["y.jpg"]}
        )
        toys.attach_many(unit=cast.yunnan, frame=frame, act=cast.act(cast.clerk_of_yunnan))
        page = opened(client, cast.clerk_of_yunnan, "about", kept.photo).content.decode()
        assert f"/wells/{well}" in page
        assert f"/wells/{kept.well}" not in page
        assert "另有 1 条记录不在您的权限范围内" in page
        page = opened(client, cast.auditor, "about", kept.photo).content.decode()
        assert f"/wells/{well}" in page
        assert f"/wells/{kept.well}" in page
        assert "同一份文件附在 2 条记录上" in page

    def test_a_stranger_signs_in_first(self, kept: Kept, client: Client) -> None:
        response = client.get(reverse("evidence:file", args=[kept.photo.digest]))
        assert response.status_code == 302

    def test_an_unknown_digest_is_not_found(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.auditor)
        assert client.get(f"/evidence/{'0' * 64}").status_code == 404
        assert client.get("/evidence/../settings.py").status_code == 404


def test_a_phones_heic_has_a_small_picture_and_is_handed_over_as_it_came(cast: Cast, client: Client) -> None:
    kept = toys.keep(unit=cast.guizhou, name="IMG_1.HEIC", content=files.heic(), act=cast.act(cast.clerk))
    small = opened(client, cast.clerk, "thumb", kept)
    with Image.open(io.BytesIO(body(small))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (360, 320))
    given = opened(client, cast.clerk, "file", kept)
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert body(given) == files.heic()
    page = opened(client, cast.clerk, "about", kept).content.decode()
    assert f"/evidence/{kept.digest}/thumb" in page
    assert "2019-09-12" in page


class TestFile:
    def test_a_photograph_is_shown_as_kept(self, cast: Cast, kept: Kept, client: Client) -> None:
        response = opened(client, cast.auditor, "file", kept.photo)
        assert body(response) == path_of(kept.photo.digest).read_bytes()
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["Content-Disposition"].startswith("inline; filename*=utf-8''%E7%8E%B0")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        again = client.get(
            f"/evidence/{kept.photo.digest}", headers={"If-None-Match": response.headers["ETag"]}
        )
        assert again.status_code == 304

    def test_a_log_is_text_whatever_it_holds(self, cast: Cast, kept: Kept, client: Client) -> None:
        response = opened(client, cast.auditor, "file", kept.log)
        assert response.headers["Content-Type"] == "text/plain; charset=gb18030"
        assert body(response).decode("gb18030") == "下行 98"
        page = b"<script>alert(1)</script>"
        markup = toys.keep(unit=cast.guizhou, name="a.html", content=page, act=cast.act(cast.clerk))
        assert opened(client, cast.clerk, "file", markup).headers["Content-Type"].startswith("text/plain")

    def test_a_document_is_downloaded(self, cast: Cast, client: Client) -> None:
        content = files.pdf(b"BT ET")
        kept = toys.keep(unit=cast.guizhou, name="a.exe", content=content, act=cast.act(cast.clerk))
        response = opened(client, cast.clerk, "file", kept)
        assert response.headers["Content-Disposition"] == f'attachment; filename="{kept.digest[:12]}.pdf"'
        assert response.headers["Content-Type"] == "application/pdf"

    def test_missing_bytes_are_not_found(self, cast: Cast, kept: Kept, client: Client) -> None:
        path_of(kept.photo.digest).unlink()
        assert opened(client, cast.auditor, "file", kept.photo).status_code == 404
        assert opened(client, cast.auditor, "thumb", kept.photo).status_code == 404
        assert "缺失" in opened(client, cast.auditor, "about", kept.photo).content.decode()


class TestThumb:
    def test_a_small_upright_picture_from_the_cache(self, cast: Cast, client: Client) -> None:
        buffer = io.BytesIO()
        turned = Image.Exif()
        turned[0x0112] = 6
        Image.new("RGB", (1600, 1200)).save(buffer, "JPEG", exif=turned)
        kept = toys.keep(unit=cast.guizhou, name="a.jpg", content=buffer.getvalue(), act=cast.act(cast.clerk))
        first = body(opened(client, cast.clerk, "thumb", kept))
        with Image.open(io.BytesIO(first)) as small:
            assert small.format == "WEBP"
            assert small.size == (480, 640)
            assert not small.getexif()
        assert body(opened(client, cast.clerk, "thumb", kept)) == first

    def test_a_broken_picture_and_a_log_have_none(self, cast: Cast, kept: Kept, client: Client) -> None:
        assert opened(client, cast.clerk, "thumb", kept.log).status_code == 404
        half = files.photograph("PNG", shade=7)[:200]
        broken = toys.keep(unit=cast.guizhou, name="a.png", content=half, act=cast.act(cast.clerk))
        assert opened(client, cast.clerk, "thumb", broken).status_code == 404


class TestAbout:
    def test_says_what_is_known(self, cast: Cast, kept: Kept, client: Client) -> None:
        page = opened(client, cast.auditor, "about", kept.photo).content.decode()
        assert kept.photo.digest in page
        assert "内容与摘要一致" in page
        assert "现场 a.jpeg" in page
        assert f'href="/wells/{kept.well}"' in page
        assert "韦兰附上" in page

    def test_says_when_the_bytes_were_changed(self, cast: Cast, kept: Kept, client: Client) -> None:
        path = path_of(kept.photo.digest)
        path.chmod(0o600)
        path.write_bytes(b"forged")
        page = opened(client, cast.auditor, "about", kept.photo).content.decode()
        assert "与摘要不一致" in page
        assert "内容与摘要一致" not in page

    def test_in_the_drawer_only_the_fragment(self, cast: Cast, kept: Kept, client: Client) -> None:
        client.force_login(cast.auditor)
        response = client.get(f"/evidence/{kept.photo.digest}/about", headers={"HX-Target": "drawer"})
        assert response.content.decode().lstrip().startswith('<div class="opened">')
        assert "HX-Target" in response.headers["Vary"]

    def test_in_english(self, cast: Cast, kept: Kept, client: Client) -> None:
        client.cookies["bangfu_language"] = "en"
        page = opened(client, cast.auditor, "about", kept.photo).content.decode()
        assert "the content matches its digest" in page
