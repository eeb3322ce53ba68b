"""The pages of forms through the client: upload, point, fill, keep, download, the next version; for whoever may."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.reporting.forms.filling import number_text
from bangfu.reporting.forms.models import Fill, Version
from bangfu.reporting.forms.operations import upload_version
from tests.reporting.forms import papers
from tests.reporting.forms.conftest import STATIONS, uploaded
from tests.reporting.story import LAMPS, Story
from tests.reporting.tables.test_pages import door, text_of


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("表样.xlsx", content)


@pytest.mark.django_db
class TestJourney:
    def test_a_form_is_uploaded_pointed_filled_and_downloaded(self, filled: Story) -> None:
        client = door(filled.cast.officer)
        assert "还没有表样" in client.get("/forms/").content.decode()
        answer = client.post(
            "/forms/new",
            {"name_zh": "帮扶情况表", "unit": "GROUP", "key": "u", "file": sent(papers.workbook())},
        )
        version = Version.objects.get()
        home = f"/forms/{version.form_id}/"
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{home}point")

        page = client.get(f"{home}point?sheet=0&cells=C5").content.decode()
        assert "新建无线基站" in page
        assert '<option value="last_year" selected>' in page
        given: dict[str, Any] = {
            "sheet": "0",
            "kind": "figure",
            "nothing": "—",
            "scale": "1",
            "decimals": "0",
        }
        for cells, indicator, period in (
            ("B5", "新建无线基站", "this"),
            ("C5", STATIONS, "last_year"),
            ("B7", STATIONS, "this"),
        ):
            answer = client.post(
                f"{home}point", given | {"cells": cells, "indicator": indicator, "period": period}
            )
            assert answer.status_code == 302, answer.content.decode()
        answer = client.post(
            f"{home}point",
            given | {"sheet": "1", "cells": "B2:C3", "period": "this", "down": "unit", "across": "indicator"},
        )
        assert answer.status_code == 302
        refused = client.post(
            f"{home}point", given | {"cells": "B6", "indicator": "无此指标", "period": "this"}
        )
        assert (refused.status_code, "无此指标" in refused.content.decode()) == (409, True)

        page = client.get(f"{home}fill?period=2019").content.decode()
        assert f'<a class="figure" href="/f/{STATIONS}/?period=2019&amp;as_of=1">10</a>' in page
        assert f'<a class="figure" href="/f/{LAMPS.code}/?period=2019&amp;unit=P53&amp;as_of=1">6</a>' in page
        answer = client.post(f"{home}keep", {"period": "2019", "unit": "GROUP", "key": "k"})
        kept = Fill.objects.get()
        assert answer.headers["Location"] == f"/forms/filled/{kept.pk}/"
        assert "与填报时的文件一字不差" in text_of(filled.cast.officer, f"/forms/filled/{kept.pk}/")
        told = client.get(f"/forms/filled/{kept.pk}/file")
        assert papers.values_of(told.content, "表一")[4] == (papers.STATIONS, 10, 4, 6)
        assert "attachment" in told.headers["Content-Disposition"]
        assert f"/forms/filled/{kept.pk}/file" in text_of(filled.cast.officer, home)

    def test_a_changed_form_shows_what_moved(self, filled: Story, version: Version) -> None:
        client = door(filled.cast.officer)
        home = f"/forms/{version.form_id}/"
        answer = client.post(
            f"{home}version", {"key": "v", "file": sent(papers.workbook(above=2, units=("云南", "贵州")))}
        )
        assert answer.headers["Location"] == f"{home}changes?version=2"
        page = text_of(filled.cast.officer, f"{home}changes?version=2")
        assert "6 / 7 处指定已自动跟上" in page
        assert f'href="{home}point?sheet=1&amp;cells=B2:C3"' in page
        assert "需要重新指定" in text_of(filled.cast.officer, home)
        client.post(f"{home}withdraw", {"version": "2", "key": "w"})
        assert "第 1 版" in text_of(filled.cast.officer, home)
        client.post(f"{home}unpoint", {"sheet": "0", "cells": "B5", "key": "x"})
        assert "10 格已指定" not in text_of(filled.cast.officer, home)

    def test_checks_stand_beside_the_forms_own_sums(self, filled: Story, version: Version) -> None:
        page = text_of(filled.cast.officer, f"/forms/{version.form_id}/fill?period=2019")
        assert "<code>=SUM(B5:B6)</code>" in page
        assert "\n26</span>" in page

    def test_the_unit_is_chosen_from_those_that_the_reader_sees(
        self, filled: Story, version: Version
    ) -> None:
        page = text_of(filled.cast.officer, f"/forms/{version.form_id}/fill?period=2019&unit=P52")
        assert '<select aria-label="单位" name="unit">' in page
        assert '<option value="P52" selected>贵州省分公司</option>' in page

    @pytest.mark.parametrize(
        ("value", "text"), [("-10748", "−10\u202f748"), ("9999.5", "9999.5"), ("-0.5", "−0.5"), ("0", "0")]
    )
    def test_numbers_are_grouped_and_have_a_minus_of_numbers(self, value: str, text: str) -> None:
        assert number_text(Decimal(value)) == text

    def test_works_in_english(self, filled: Story, version: Version) -> None:
        home = f"/forms/{version.form_id}/"
        for address, said in (
            ("/forms/", "Upload a form"), (home, "Withdraw version 1"), (f"{home}fill?period=2019", "The form’s sum"),
            (f"{home}point?sheet=1&cells=B2:C3", "Each row is"), ("/forms/new", "Of which unit"),
        ):  # fmt: skip
            assert said in text_of(filled.cast.officer, address, "en"), address

    def test_costs_as_many_statements_for_ten_units_as_for_two(self, filled: Story) -> None:
        counts = []
        for rows in (2, 10):
            version = uploaded(filled.cast, papers.workbook(units=("",) * rows))
            client = door(filled.cast.officer)
            given = {
                "sheet": "1",
                "cells": f"B2:C{rows + 1}",
                "period": "this",
                "down": "unit",
                "across": "indicator",
            }
            client.post(f"/forms/{version.form_id}/point", given)
            client.get(f"/forms/{version.form_id}/fill?period=2019")
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/forms/{version.form_id}/fill?period=2019")
            counts.append(len(asked))
        assert counts[0] == counts[1]


@pytest.mark.django_db
class TestDoors:
    def test_a_form_is_read_by_units_below_its_own_and_kept_by_its_own(
        self, filled: Story, version: Version
    ) -> None:
        cast, home = filled.cast, f"/forms/{version.form_id}/"
        assert door(cast.clerk).get(f"{home}fill?period=2019&unit=P52").status_code == 200
        assert door(cast.clerk).get(f"{home}point").status_code == 403
        assert door(cast.outsider).get("/forms/").status_code == 403

    def test_a_county_official_fills_for_the_county(self, filled: Story, version: Version) -> None:
        client = door(filled.cast.county_official)
        page = client.get(f"/forms/{version.form_id}/fill?period=2019").content.decode()
        assert f'href="/f/{STATIONS}/?period=2019&amp;place=522327&amp;as_of=1">5</a>' in page
        client.post(f"/forms/{version.form_id}/keep", {"period": "2019", "key": "k"})
        assert Fill.objects.get().place_id == 522327000000

    def test_another_sees_only_what_is_theirs_in_a_kept_form(self, filled: Story, version: Version) -> None:
        door(filled.cast.officer).post(f"/forms/{version.form_id}/keep", {"period": "2019", "key": "k"})
        kept = Fill.objects.get()
        assert door(filled.cast.county_official).get(f"/forms/filled/{kept.pk}/").status_code == 404

    def test_the_list_is_searched_and_exported(self, filled: Story, version: Version) -> None:
        client = door(filled.cast.officer)
        assert "帮扶情况表" in client.get("/forms/?q=帮扶").content.decode()
        assert "没有符合条件的表样" in client.get("/forms/?q=无").content.decode()
        book = openpyxl.load_workbook(
            io.BytesIO(b"".join(client.get("/forms/forms.xlsx?q=帮扶").streaming_content))
        )
        assert [cell.value for cell in book["清单"][2]][:3] == ["帮扶情况表", "集团", "1"]
        assert client.get(f"/forms/{version.form_id}/original").status_code == 200

    def test_unknown_ones_are_not_there(self, filled: Story, version: Version) -> None:
        for address in (
            "/forms/999/",
            f"/forms/{version.form_id}/?version=9",
            "/forms/filled/9/",
            f"/forms/{version.form_id}/changes",
        ):
            assert door(filled.cast.officer).get(address).status_code == 404
        assert door(filled.cast.officer).get(f"/forms/{version.form_id}/fill?period=x").status_code == 422

    def test_a_version_as_it_was_is_shown(self, filled: Story, version: Version) -> None:
        cast = filled.cast
        upload_version(
            form=version.form, file=("b.xlsx", papers.workbook(above=1)), act=cast.act(cast.officer)
        )
        assert "这是以前的一版" in text_of(cast.officer, f"/forms/{version.form_id}/?version=1")


@pytest.mark.django_db
def test_cells_are_chosen_before_they_are_pointed(filled: Story, version: Version) -> None:
    home = f"/forms/{version.form_id}/point?sheet=0"
    assert "先在左边点一格" in text_of(filled.cast.officer, home)
    page = text_of(filled.cast.officer, f"{home}&cells=B6")
    assert ("B6 填数字" in page, 'name="down"' in page, "或填文字" in page) == (True, False, True)
    page = text_of(filled.cast.officer, f"{home}&cells=B5:C6")
    assert ("B5:C6 填数字" in page, 'name="down"' in page, "或填文字" in page) == (True, True, False)
