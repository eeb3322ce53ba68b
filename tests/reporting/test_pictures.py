"""Pictures of a report: the first photograph under a figure that may be shown, captioned by its record."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.operations import (
    register_station,
    submit_station,
    verify_station,
    withdraw_station,
)
from bangfu.foundation.evidence.models import Consent, EvidenceFile, Use
from bangfu.foundation.evidence.operations import declare_picture, record_consent, withdraw_consent
from bangfu.foundation.evidence.queries import attachments_of
from bangfu.reporting import reports
from bangfu.reporting.printing import report_pdf
from tests.cast import CEHENG, Cast
from tests.connectivity.network.reporting import LOG, details
from tests.foundation.evidence.files import photograph
from tests.reporting.story import Story
from tests.reporting.test_pages import door, text
from tests.reporting.test_printing import addresses, read, words
from tests.reporting.test_reports import TAG, write

PICTURE = "{picture network.base_stations period=2019 place=522327}"


@pytest.fixture
def folder(short_report: Path) -> Path:
    """A folder of reports whose report has one figure and one picture."""
    write(short_report, f"新建{TAG}。\n\n{PICTURE}", f"We built {TAG}.\n\n{PICTURE}")
    return short_report


def verified(cast: Cast, code: str, *files: tuple[str, bytes], **changes: Any) -> Station:
    station = register_station(
        details=details(CEHENG, code=code, **changes),
        unit=cast.guizhou,
        files=files,
        act=cast.act(cast.clerk),
    )
    submitted = submit_station(station=station, act=cast.act(cast.clerk))
    return verify_station(station=submitted, act=cast.act(cast.verifier))


def photo_of(station: Station) -> EvidenceFile:
    return attachments_of(1, [station.pk]).get(kind="PHOTO").file


def declare(cast: Cast, station: Station, recognisable: int) -> EvidenceFile:
    """Let the verifier say how many people can be recognised in a station's photograph."""
    file = photo_of(station)
    declare_picture(file=file, recognisable=recognisable, act=cast.act(cast.verifier))
    return file


def agree(cast: Cast, file: EvidenceFile, paper: str, *uses: Use) -> Consent:
    """Record the consent of the guardian of one in a picture."""
    return record_consent(
        file=file,
        person=None,
        for_report=Use.REPORT in uses,
        for_web=Use.WEB in uses,
        given_on=date(2019, 9, 1),
        paper=("同意书.txt", paper.encode()),
        act=cast.act(cast.clerk),
    )


def shown_codes(use: Use = Use.WEB, language: str = "zh") -> list[str]:
    """Return the codes of the stations whose pictures stand in the report."""
    shown = reports.drawn("programme", language, use=use)
    assert shown.problems == ()
    pictures = [part.picture for one in shown.paragraphs for part in one.parts if part.picture is not None]
    return [picture.caption.zh.split("，")[0].removeprefix("基站 ") for picture in pictures]


@pytest.fixture
def photographed(story: Story) -> Station:
    """The second station of the year, the first with a photograph; a later one has another. Nobody is in either."""
    verified(story.cast, "GZ-CH-0001", LOG, accepted_on=date(2019, 9, 1))
    station = verified(story.cast, "GZ-CH-0002", ("a.jpg", photograph()), accepted_on=date(2019, 9, 2))
    last = verified(story.cast, "GZ-CH-0003", ("b.jpg", photograph(shade=9)), accepted_on=date(2019, 9, 3))
    for one in (station, last):
        declare(story.cast, one, 0)
    return station


def problems() -> list[str]:
    return [one.zh for one in reports.problems_of("programme") if one.file.endswith("zh.md")]


class TestPage:
    def test_shows_the_first_photograph_with_the_words_of_its_record(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        shown = reports.drawn("programme", "zh")
        assert shown.problems == ()
        picture = shown.paragraphs[-1].parts[0].picture
        assert picture is not None
        assert picture.caption.zh == "基站 GZ-CH-0002，贵州省黔西南布依族苗族自治州册亨县，2019年9月2日"
        assert (
            picture.caption.en
            == "Base station GZ-CH-0002, 贵州省黔西南布依族苗族自治州册亨县, 2 September 2019"
        )
        client = door(story.cast.officer)
        page = text(client.get("/reports/programme/"))
        address = f"/reports/programme/pictures/{picture.digest}"
        assert f'src="{address}"' in page
        assert page.count(picture.caption.zh) == 2
        assert client.get(picture.address).status_code == 200
        sent = client.get(address)
        assert (sent.status_code, sent.headers["Content-Type"]) == (200, "image/webp")

    def test_hands_out_no_other_file_and_none_to_strangers(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        picture = reports.drawn("programme", "zh").paragraphs[-1].parts[0].picture
        assert picture is not None
        address = f"/reports/programme/pictures/{picture.digest}"
        assert door(story.cast.outsider).get(address).status_code == 403
        officer = door(story.cast.officer)
        assert officer.get(f"/reports/programme/pictures/{'0' * 64}").status_code == 404
        assert officer.get(f"/reports/other/pictures/{picture.digest}").status_code == 404


class TestChecks:
    def test_a_picture_whose_fact_is_taken_back_gives_way_to_the_next(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        act = story.cast.act(story.cast.clerk)
        withdraw_station(station=photographed, reason="withdrawn", remark="录错", act=act)
        assert shown_codes() == ["GZ-CH-0003"]
        last = Station.objects.get(code="GZ-CH-0003")
        withdraw_station(station=last, reason="withdrawn", remark="录错", act=act)
        assert shown_codes() == []

    @pytest.mark.parametrize(
        ("zh", "said"),
        [
            (f"看：{PICTURE}", "须单独成段"),
            ("{picture network.base_stations}", "没有写明期间"),
            ("{picture}", "没有写明指标"),
            ("{picture network.nothing period=2019}", "找不到"),
            ("{picture network.base_stations period=2019 scale=万}", "只能写 period"),
        ],
    )
    def test_a_wrong_picture_stops_the_report(
        self, story: Story, folder: Path, photographed: Station, zh: str, said: str
    ) -> None:
        write(folder, f"新建{TAG}。\n\n{zh}", f"We built {TAG}.")
        assert any(said in one for one in problems()), problems()


class TestConsent:
    def test_an_undeclared_picture_is_not_shown_and_the_report_stands(
        self, story: Story, folder: Path
    ) -> None:
        station = verified(story.cast, "GZ-CH-0007", ("a.jpg", photograph()), accepted_on=date(2019, 9, 2))
        assert shown_codes() == shown_codes(Use.REPORT) == []
        declare(story.cast, station, 0)
        assert shown_codes() == shown_codes(Use.REPORT, "en") == ["GZ-CH-0007"]

    def test_everybody_in_it_must_agree_to_the_use(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        file = declare(story.cast, photographed, 2)
        assert shown_codes() == ["GZ-CH-0003"]
        agree(story.cast, file, "甲", Use.WEB, Use.REPORT)
        assert shown_codes() == shown_codes(Use.REPORT) == ["GZ-CH-0003"]
        agree(story.cast, file, "乙", Use.WEB)
        assert (shown_codes(), shown_codes(Use.REPORT)) == (["GZ-CH-0002"], ["GZ-CH-0003"])

    def test_withdrawing_takes_it_out_at_once_of_every_day_and_the_report_stands(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        cast = story.cast
        file = declare(cast, photographed, 1)
        given = agree(cast, file, "甲", Use.WEB, Use.REPORT)
        last = Station.objects.get(code="GZ-CH-0003")
        withdraw_station(station=last, reason="withdrawn", remark="录错", act=cast.act(cast.clerk))
        block, client = story.seal(), door(cast.officer)
        address = f"/reports/programme/pictures/{file.pk}"
        for query in ("", f"?as_of={block}"):
            assert client.get(f"{address}{query}").status_code == 200
            assert address in text(client.get(f"/reports/programme/{query}"))
        withdraw_consent(consent=given, on=date(2019, 9, 30), act=cast.act(cast.clerk))
        for query in ("", f"?as_of={block}"):
            assert client.get(f"{address}{query}").status_code == 404
            page = client.get(f"/reports/programme/{query}")
            assert (page.status_code, address in text(page)) == (200, False)
        printed = b"".join(client.get("/reports/programme.pdf"))
        assert sum(len(page.images) for page in read(printed).pages) == 0

    def test_a_new_declaration_counts_over_the_one_before(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        declare(story.cast, photographed, 3)
        assert shown_codes() == ["GZ-CH-0003"]
        declare(story.cast, photographed, 0)
        assert shown_codes() == ["GZ-CH-0002"]


class TestPdf:
    def test_prints_the_picture_with_its_caption_and_address(
        self, story: Story, folder: Path, photographed: Station
    ) -> None:
        shown = reports.drawn("programme", "zh")
        printed = report_pdf(shown, origin="https://bangfu.example")
        picture = shown.paragraphs[-1].parts[0].picture
        assert picture is not None
        assert "基站GZ-CH-0002，贵州省黔西南布依族苗族自治州册亨县，2019年9月2日" in words(printed)
        assert f"https://bangfu.example{picture.address}" in addresses(printed)
        assert sum(len(page.images) for page in read(printed).pages) == 1

    def test_has_an_outline_of_its_chapters(self, story: Story, folder: Path, photographed: Station) -> None:
        printed = report_pdf(reports.drawn("programme", "zh"), origin="")
        assert [one.title for one in read(printed).outline] == ["一、聚焦优势"]
