"""A worked example: 韦兰 of the 贵州 branch reports three posts, one of them wrongly, and mends it.

Three rows with 12, 8 and 5 seats, opened in 2018, 2019 and 2019. The second names a county that does not exist. After
it is mended, 2018 has 12 seats more and 2019 has 13.
"""

import io
from typing import Any

import openpyxl
import pytest

from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Post
from tests.cast import Cast
from tests.foundation.intake.test_pages import door, send, text_of


@pytest.mark.django_db
def test_a_clerk_fills_in_the_template_mends_what_is_refused_and_imports(cast: Cast, toy: Layout) -> None:
    browser = door(cast.clerk)

    # She downloads the template and types under the example row, as offices type.
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/intake/toy.posts/template.xlsx").content))
    typed_rows: list[list[Any]] = [
        ["ＧＺ-01", "册亨县", "2018年12月31日", "12", "1,200.50", "4g"],
        ["GZ-02", "册亭县", "2019/3/5", "８", "", "空缺"],
        ["gz-03", "522327", 43831, 5, "", "Vacant"],
        ["合计", "", "", 25],
    ]
    for line, cells in enumerate(typed_rows, start=3):
        for position, typed in enumerate(cells, start=1):
            book.worksheets[0].cell(line, position).value = typed or None
    content = saved(book)

    # 43831 is the spreadsheet's number of 2020-01-01: she sees it in the effect and corrects the day.
    page = text_of(browser.get(send(browser, cast, content)["Location"]))
    assert "2018：+12 人岗位人数 → 核验后计入 2020：+5 人岗位人数 → 核验后计入" in page
    book.worksheets[0]["C5"].value = 43830
    address = send(browser, cast, saved(book))["Location"]
    page = text_of(browser.get(address))
    assert "第 2 行是示例行，没有读取。 第 6 行是合计行，没有读取。" in page
    assert "4 GZ-02 所在县 册亭县 找不到区县「册亭县」。是不是：贵州省黔西南布依族苗族自治州册亨县？" in page
    assert "2018：+12 人岗位人数 → 核验后计入 2019：+5 人岗位人数 → 核验后计入" in page
    assert "确认导入" not in page

    # She mends the row in her own sheet and uploads it again; now it can be confirmed.
    book.worksheets[0]["B4"].value = "册亨"
    address = send(browser, cast, saved(book))["Location"]
    page = text_of(browser.get(address))
    assert "新增 3 更正 0 已登记，不变 0 不能导入 0" in page
    assert "2018：+12 人岗位人数 → 核验后计入 2019：+13 人岗位人数 → 核验后计入" in page
    assert not Post.objects.exists()
    confirmed = browser.post(f"{address}confirm", {"key": "once"}, follow=True)

    assert "打开单据" in text_of(confirmed)
    assert list(Post.objects.order_by("title_zh").values_list("title_zh", "title_en")) == [
        ("GZ-01", "522327000000"), ("GZ-02", "522327000000"), ("GZ-03", "522327000000"),
    ]  # fmt: skip
    assert list(Upload.objects.order_by("pk").values_list("state", "row_count", "refused_count")) == [
        ("PREVIEWED", 3, 1), ("PREVIEWED", 3, 1), ("CONFIRMED", 3, 0),
    ]  # fmt: skip


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook as the file the office program saves."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
