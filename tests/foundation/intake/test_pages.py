"""The pages of intake, as each member of the cast sees them."""

import io
import re
import uuid
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Post
from bangfu.foundation.people.models import Account
from tests.cast import Cast
from tests.foundation.intake.toy import row, xlsx, zipped

pytestmark = pytest.mark.django_db
LOG = b"GZ-1 RSRP -92 dBm\n"


def door(account: Account, language: str = "zh-hans") -> Client:
    """Return a browser in which the account is signed in."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["bangfu_language"] = language
    return client


def send(client: Client, cast: Cast, content: bytes, evidence: bytes | None = None, **changes: Any) -> Any:
    """Send the form of a new upload for 贵州."""
    data: dict[str, Any] = {"unit": cast.guizhou.pk, "key": str(uuid.uuid4())} | changes
    data["sheet"] = SimpleUploadedFile("岗位.xlsx", content)
    if evidence is not None:
        data["evidence"] = SimpleUploadedFile("佐证.zip", evidence)
    return client.post("/intake/toy.posts/new", data)


def text_of(response: Any) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


class TestUploads:
    def test_lists_the_sheets_and_says_what_to_do_first(self, cast: Cast, toy: Layout) -> None:
        page = text_of(door(cast.clerk).get("/intake/"))
        assert "岗位表 填报岗位。 下载模板 上传" in page
        assert "还没有上传过表格" in page

    def test_speaks_english(self, cast: Cast, toy: Layout) -> None:
        page = text_of(door(cast.clerk, "en").get("/intake/"))
        assert "Posts Posts of a unit. Download Upload" in page
        assert not re.search(r"[\u4e00-\u9fff]", page.replace("中", "").replace("韦兰", ""))

    def test_tells_an_outsider_whom_to_ask(self, cast: Cast, toy: Layout) -> None:
        assert "没有可以导入的表" in text_of(door(cast.outsider).get("/intake/"))

    def test_shows_uploads_of_the_units_one_may_read(self, cast: Cast, toy: Layout) -> None:
        send(door(cast.clerk), cast, xlsx(row()))
        readers = {
            "clerk": True,
            "officer": True,
            "auditor": True,
            "clerk_of_yunnan": False,
            "outsider": False,
        }
        for reader, seen in readers.items():
            page = text_of(door(getattr(cast, reader)).get("/intake/"))
            assert ("岗位.xlsx 岗位表 贵州省分公司 1 待确认" in page) is seen, reader

    def test_asks_as_often_for_many_uploads_as_for_few(self, cast: Cast, toy: Layout) -> None:
        client, taken = door(cast.clerk), []
        for size in (1, 4):
            for number in range(size):
                send(client, cast, xlsx(row(code=f"GZ-{size}-{number}")))
            client.get("/intake/")
            with CaptureQueriesContext(connection) as asked:
                client.get("/intake/")
            taken.append(len(asked))
        assert taken[0] == taken[1]

    def test_filters(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.officer)
        send(door(cast.clerk), cast, xlsx(row()))
        for query, count in [
            ("q=贵州", 1),
            ("q=云南", 0),
            ("state=PREVIEWED", 1),
            ("state=CONFIRMED", 0),
            ("mine=1", 0),
        ]:
            page = text_of(client.get(f"/intake/?{query}"))
            assert f"{count} 份" in page, query
            assert ("没有符合条件的上传" in page) is (count == 0), query


class TestRowsAsAFile:
    """The rows that can be imported leave as they were read, before anything is imported."""

    def test_says_each_row_and_that_it_is_not_imported(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        page = send(client, cast, xlsx(row("GZ-1"), row("GZ-2"), row("X-1"))).headers["Location"]
        assert f'href="{page}rows.xlsx?' in client.get(page).content.decode()
        content = b"".join(client.get(f"{page}rows.xlsx").streaming_content)
        book = openpyxl.load_workbook(io.BytesIO(content))
        heading, *rows = ([cell.value for cell in line] for line in book.worksheets[0].iter_rows())
        assert (heading[:3], [line[0] for line in rows]) == (["行", "结果", "岗位编码"], [2, 3])
        assert "还没有导入" in str(book.worksheets[1]["B1"].value) + str(book.worksheets[1]["B2"].value)
        assert door(cast.clerk_of_yunnan).get(f"{page}rows.csv").status_code == 403
        assert client.get(f"{page}rows.csv?show=new").status_code == 200
        client.post(f"{page}cancel", {"key": "c"})
        assert client.get(f"{page}rows.xlsx").status_code == 404


class TestTemplate:
    def test_gives_the_template(self, cast: Cast, toy: Layout) -> None:
        answer = door(cast.clerk).get("/intake/toy.posts/template.xlsx")
        assert (
            answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E5%B2%97%E4%BD%8D%E8%A1%A8.xlsx"
        )
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == [
            "岗位表",
            "填写说明",
            "_choices",
        ]

    def test_refuses_whoever_may_not_import(self, cast: Cast, toy: Layout) -> None:
        for path in ("template.xlsx", "new"):
            assert door(cast.auditor).get(f"/intake/toy.posts/{path}").status_code == 403

    def test_says_that_a_layout_is_unknown(self, cast: Cast, toy: Layout) -> None:
        answer = door(cast.clerk).get("/intake/toy.nothing/new")
        assert answer.status_code == 409
        assert "没有名为「toy.nothing」的表式" in text_of(answer)


class TestNew:
    def test_chooses_the_home_unit_and_explains_the_columns(self, cast: Cast, toy: Layout) -> None:
        page = door(cast.clerk).get("/intake/toy.posts/new").content.decode()
        assert f'<option value="{cast.guizhou.pk}" selected>贵州省分公司</option>' in page
        assert page.count("<option") == 1
        assert "从中选择：4G、空缺" in page

    def test_goes_on_to_the_preview(self, cast: Cast, toy: Layout) -> None:
        answer = send(door(cast.clerk), cast, xlsx(row()))
        assert answer["Location"] == f"/intake/uploads/{Upload.objects.get().pk}/"

    def test_takes_the_same_request_once(self, cast: Cast, toy: Layout, tmp_path: Path) -> None:
        evidence = zipped(tmp_path / "e.zip", {"1.txt": LOG}).read_bytes()
        content = xlsx(row(photo="1.txt"))
        for _ in range(2):
            assert send(door(cast.clerk), cast, content, evidence, key="k").status_code == 302
        assert Upload.objects.count() == 1

    def test_says_what_is_wrong_with_a_file_and_keeps_the_form(self, cast: Cast, toy: Layout) -> None:
        answer = send(door(cast.clerk), cast, b"PK\x03\x04")
        assert answer.status_code == 409
        assert "没有执行 文件已损坏，无法读取。" in text_of(answer)
        assert 'name="sheet"' in answer.content.decode()

    def test_asks_for_a_sheet(self, cast: Cast, toy: Layout) -> None:
        answer = door(cast.clerk).post("/intake/toy.posts/new", {"unit": cast.guizhou.pk})
        assert answer.status_code == 400
        assert "请选择要上传的表格。" in text_of(answer)

    def test_refuses_another_unit(self, cast: Cast, toy: Layout) -> None:
        answer = send(door(cast.clerk), cast, xlsx(row()), unit=cast.yunnan.pk)
        assert answer.status_code == 403
        assert not Upload.objects.exists()

    @pytest.mark.parametrize("unit", ["", "x", "0", "９"])
    def test_refuses_a_unit_that_is_none(self, cast: Cast, toy: Layout, unit: str) -> None:
        assert send(door(cast.clerk), cast, xlsx(row()), unit=unit).status_code == 404


class TestPreview:
    def preview(self, cast: Cast, *rows: list[Any], reader: Account | None = None) -> Any:
        address = send(door(cast.clerk), cast, xlsx(*rows))["Location"]
        return door(reader or cast.clerk).get(address)

    def test_counts_shows_the_effect_and_asks_to_confirm(self, cast: Cast, toy: Layout) -> None:
        page = text_of(self.preview(cast, row("GZ-1", seats=1052), row("GZ-2", opened_on="2018-01-01")))
        assert "新增 2 更正 0 已登记，不变 0 不能导入 0" in page
        assert "2018：+3 人岗位人数 → 核验后计入 2019：+1,052 人岗位人数 → 核验后计入" in page
        assert "2 新增 GZ-1 贵州省黔西南布依族苗族自治州册亨县 2019-03-05 1,052 4G" in page
        assert "确认导入" in page

    def test_shows_refused_rows_first_and_no_button(self, cast: Cast, toy: Layout) -> None:
        page = text_of(self.preview(cast, row("GZ-1"), row("GZ-2", county="册亭县")))
        refused, good = page.index("3 GZ-2 所在县 册亭县 找不到区县「册亭县」"), page.index("2 新增 GZ-1")
        assert refused < good
        assert "新增 1 更正 0 已登记，不变 0 不能导入 1" in page
        assert "确认导入" not in page
        assert "改好后重新上传" in page

    def test_shows_no_button_to_who_may_only_read(self, cast: Cast, toy: Layout) -> None:
        page = text_of(self.preview(cast, row(), reader=cast.auditor))
        assert "确认导入" not in page
        assert "您可以查看，但没有导入的权限。" in page

    @pytest.mark.parametrize("reader", ["clerk_of_yunnan", "outsider", "county_official"])
    def test_refuses_whoever_may_not_read(self, cast: Cast, toy: Layout, reader: str) -> None:
        assert self.preview(cast, row(), reader=getattr(cast, reader)).status_code == 403

    def test_goes_through_all_good_rows_and_shows_those_of_one_standing(
        self, cast: Cast, toy: Layout
    ) -> None:
        client = door(cast.clerk)
        client.post(send(client, cast, xlsx(row("GZ-1")))["Location"] + "confirm", {"key": "k"})
        address = send(client, cast, xlsx(*[row(f"GZ-{n}") for n in range(1, 25)]))["Location"]
        assert "11 新增 GZ-10" in text_of(client.get(address))
        assert "12 新增 GZ-11" not in text_of(client.get(address))
        assert "25 新增 GZ-24" in text_of(client.get(f"{address}?rows=3"))
        same = text_of(client.get(f"{address}?show=same"))
        assert "2 已登记，不变 GZ-1" in same
        assert "GZ-2 " not in same
        assert "没有这样的行。" in text_of(client.get(f"{address}?show=changed"))

    def test_narrows_refused_rows_to_one_column(self, cast: Cast, toy: Layout) -> None:
        rows = [row("GZ-1", seats="x", county="册亭县"), row("GZ-2", seats="y"), row("XZ-3")]
        address = send(door(cast.clerk), cast, xlsx(*rows))["Location"]
        page = text_of(door(cast.clerk).get(address))
        assert "全部 岗位编码 1 所在县 1 人数 2" in page
        narrowed = text_of(door(cast.clerk).get(f"{address}?in=seats"))
        assert ("2 GZ-1 人数 x" in narrowed, "3 GZ-2 人数 y" in narrowed) == (True, True)
        assert ("册亭县" in narrowed, "4 XZ-3" in narrowed) == (False, False)

    def test_pages_many_refused_rows(self, cast: Cast, toy: Layout) -> None:
        address = send(door(cast.clerk), cast, xlsx(*[row(f"GZ-{n}", seats="x") for n in range(120)]))[
            "Location"
        ]
        page = text_of(door(cast.clerk).get(f"{address}?page=3"))
        assert "102 GZ-100 人数 x" in page
        assert "101 GZ-99" not in page

    def test_speaks_english(self, cast: Cast, toy: Layout) -> None:
        address = send(door(cast.clerk), cast, xlsx(row("GZ-1"), row("GZ-2", seats="x")))["Location"]
        page = text_of(door(cast.clerk, "en").get(address))
        assert "New 1 Changed 0 Recorded already 0 Refused 1" in page
        assert "3 GZ-2 Seats x “Seats” is not a number: x." in page

    def test_gives_the_refused_rows_back(self, cast: Cast, toy: Layout) -> None:
        address = send(door(cast.clerk), cast, xlsx(row("GZ-1"), row("GZ-2", seats="x")))["Location"]
        answer = door(cast.clerk).get(f"{address}refused.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert [sheet["A2"].value, sheet["I2"].value, sheet["J2"].value] == [
            "GZ-2", 3, "「人数」不是数字：x。请只填数字，不带单位。",
        ]  # fmt: skip
        assert door(cast.outsider).get(f"{address}refused.xlsx").status_code == 403


class TestConfirm:
    def test_imports_and_leads_to_the_review_paper(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        address = send(client, cast, xlsx(row()))["Location"]
        page = client.post(f"{address}confirm", {"key": "k"}, follow=True)
        assert re.search(r"韦兰已于 20\d\d-\d\d-\d\d \d\d:\d\d 导入 1 行。", text_of(page))
        assert '<a class="button" href="/review/7/">' in page.content.decode()
        assert Post.objects.count() == 1

    def test_shows_a_refusal_above_the_preview(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        address = send(client, cast, xlsx(row(seats="x")))["Location"]
        answer = client.post(f"{address}confirm", {"key": "k"})
        assert answer.status_code == 409
        assert "没有执行 有 1 行不能导入，整份表格未导入。" in text_of(answer)
        assert not Post.objects.exists()

    def test_says_when_and_by_whom_the_file_was_imported(self, cast: Cast, toy: Layout) -> None:
        client, content = door(cast.clerk), xlsx(row())
        address = send(client, cast, content)["Location"]
        client.post(f"{address}confirm", {"key": "k"})
        answer = send(client, cast, content)
        assert answer.status_code == 409
        assert re.search(
            r"这份文件已由韦兰于 20\d\d-\d\d-\d\d \d\d:\d\d 导入（贵州省分公司）", text_of(answer)
        )

    def test_refuses_whoever_may_not(self, cast: Cast, toy: Layout) -> None:
        address = send(door(cast.clerk), cast, xlsx(row()))["Location"]
        for actor in (cast.clerk_of_yunnan, cast.auditor, cast.outsider):
            assert door(actor).post(f"{address}confirm", {"key": "k"}).status_code == 403
        assert not Post.objects.exists()

    def test_is_asked_by_post_only(self, cast: Cast, toy: Layout) -> None:
        address = send(door(cast.clerk), cast, xlsx(row()))["Location"]
        assert door(cast.clerk).get(f"{address}confirm").status_code == 405


class TestCancel:
    def test_cancels_and_says_so(self, cast: Cast, toy: Layout) -> None:
        client = door(cast.clerk)
        address = send(client, cast, xlsx(row()))["Location"]
        assert "已取消，没有导入任何数据。" in text_of(client.post(f"{address}cancel", follow=True))
        assert "重新上传" in text_of(client.get(address))
