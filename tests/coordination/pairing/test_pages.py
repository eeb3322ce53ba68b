"""The room's pages: who sees what, lists that narrow and sort, forms that lead to the operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import load_workbook

from bangfu.coordination.pairing.models import Pairing
from bangfu.coordination.pairing.operations import require_owners
from bangfu.coordination.pairing.queries import state_of
from bangfu.foundation.people.models import Account
from tests.cast import CEHENG, GUYUAN, Cast
from tests.coordination.pairing.paired import (
    DOCUMENT,
    PINGYANG,
    ZHELOU,
    Required,
    active,
    assigned,
    city,
    listed,
    proposed,
)

SignedIn = Callable[[Account], Client]


@pytest.fixture
def signed_in() -> SignedIn:
    def enter(account: Account) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def paired(cast: Cast) -> Cast:
    """者楼村 led by the city with the province beside it, 册亨县 and 沽源县 by the group."""
    active(cast, city(cast))
    proposed(cast, role="CO")
    assigned(cast, cast.group, CEHENG, kind="DESIGNATED", level="CENTRAL", starts_on=date(2015, 1, 1))
    active(cast, cast.group, GUYUAN, kind="DESIGNATED", level="CENTRAL", starts_on=date(2016, 1, 1))
    return cast


def shown(client: Client, query: str = "") -> list[tuple[str, int]]:
    """Return unit and place of the rows that the list shows, in its order."""
    response = client.get(f"/pairing/pairings/{query}")
    assert response.status_code == 200
    return [(row["pairing"].unit.code, row["pairing"].place_id) for row in response.context["rows"]]


CITY, PROVINCE, FIRST, SECOND = ("C5223", ZHELOU), ("P52", ZHELOU), ("GROUP", CEHENG), ("GROUP", GUYUAN)


@pytest.mark.django_db
class TestList:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", [SECOND, FIRST, CITY, PROVINCE]),
            ("?sort=-place", [PROVINCE, CITY, FIRST, SECOND]),
            ("?sort=starts", [FIRST, SECOND, CITY, PROVINCE]),
            ("?kind=DESIGNATED", [SECOND, FIRST]),
            ("?role=CO", [PROVINCE]),
            ("?state=ASSIGNED", [FIRST]),
            ("?state=ACTIVE&kind=VILLAGE", [CITY]),
            ("?on=2015-06-01", [FIRST]),
            ("?q=黔西南州", [CITY]),
            ("?q=沽源", [SECOND]),
            ("?q=12号&role=LEAD", [SECOND, FIRST, CITY]),
            (f"?place={CEHENG}", [FIRST, CITY, PROVINCE]),
            ("?q=%25%25&kind=x&role=x&state=x&on=x&sort=x&place=x&page=x", []),
        ],
    )
    def test_narrows_and_sorts(
        self, paired: Cast, signed_in: SignedIn, query: str, found: list[tuple[str, int]]
    ) -> None:
        assert shown(signed_in(paired.officer), query) == found

    def test_each_sees_their_own(self, paired: Cast, signed_in: SignedIn) -> None:
        assert shown(signed_in(paired.clerk)) == [CITY, PROVINCE]
        assert shown(signed_in(paired.county_official)) == [FIRST, CITY, PROVINCE]
        assert shown(signed_in(paired.clerk_of_yunnan)) == []
        assert signed_in(paired.outsider).get("/pairing/pairings/").status_code == 403
        theirs = Pairing.objects.get(place=GUYUAN)
        assert signed_in(paired.clerk).get(f"/pairing/pairings/{theirs.pk}/").status_code == 403

    def test_an_empty_room_says_what_to_do_first(self, cast: Cast, signed_in: SignedIn) -> None:
        text = signed_in(cast.clerk).get("/pairing/pairings/").content.decode()
        assert "还没有结对" in text
        assert "/intake/pairing.pairings/new" in text

    def test_exports_what_it_shows_and_says_where_from(self, paired: Cast, signed_in: SignedIn) -> None:
        client = signed_in(paired.officer)
        response = client.get("/pairing/pairings.csv?kind=VILLAGE")
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[1] == (
            "C5223,黔西南州分公司,522327001200,贵州省黔西南布依族苗族自治州册亨县者楼街道者楼村村民委员会,结对到村,牵头,县级,"
            "册亨县脱贫攻坚领导小组,册脱贫组〔2018〕12号,,2018-03-15,,,结对中"
        )
        assert (len(lines), lines[3]) == (9, "")
        assert lines[5] == "筛选,结对到村"
        book = client.get("/pairing/pairings.xlsx")
        rows = load_workbook(BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0).to_python()
        assert [row[0] for row in rows] == ["帮扶单位编码", "GROUP", "GROUP", "C5223", "P52"]


@pytest.mark.django_db
class TestPairing:
    def test_from_the_form_to_the_count(self, cast: Cast, signed_in: SignedIn) -> None:
        client = signed_in(cast.clerk)
        form = client.get("/pairing/pairings/propose").context["form"]
        said = {
            "key": form["key"].value(), "unit": cast.guizhou.pk, "place": str(ZHELOU), "kind": "VILLAGE", "role": "LEAD",
            "level": "COUNTY", "assigned_by": "册亨县", "document": "册〔2018〕1号", "starts_on": "2018-03-15",
            "evidence": SimpleUploadedFile(*DOCUMENT),
        }  # fmt: skip
        response = client.post("/pairing/pairings/propose", said)
        kept = Pairing.objects.get()
        page = f"/pairing/pairings/{kept.pk}/"
        assert response["Location"] == page
        assert client.post(f"{page}submit").status_code == 302
        assert "须由另一位" in client.get(page).content.decode()
        checker = signed_in(cast.verifier)
        assert checker.post(f"{page}verify").status_code == 302
        text = checker.get(page).content.decode()
        assert "结对中" in text
        assert "承担帮扶任务的单位" in text
        assert checker.post(f"{page}verify").status_code == 409

        ending = {"key": "end", "on": "2020-05-01", "document": "纪要〔2020〕8号"}
        assert client.post(f"{page}end", {**ending, "on": "2018-03-15", "key": "early"}).status_code == 409
        assert client.post(f"{page}end", {"key": "x"}).status_code == 422
        assert client.post(f"{page}end", ending).status_code == 302
        assert checker.post(f"{page}return", {"remark": "没有结束"}).status_code == 302
        assert "没有结束" in client.get(page).content.decode()
        assert client.post(f"{page}resume").status_code == 302
        assert checker.post(f"{page}verify").status_code == 302
        assert state_of(kept) == "ACTIVE"

        other = city(cast)
        given = {"key": "give", "to": other.pk, "on": "2020-05-01", "document": "册〔2020〕3号"}
        given["evidence"] = SimpleUploadedFile(*DOCUMENT)
        response = client.post(f"{page}hand-over", given)
        successor = Pairing.objects.get(unit=other)
        assert response["Location"] == f"/pairing/pairings/{successor.pk}/"
        assert checker.post(f"{page}verify").status_code == 409

    @pytest.mark.parametrize("form", ["revise", "end", "hand-over", "correct", "withdraw"])
    def test_every_form_opens_with_its_fields(self, paired: Cast, signed_in: SignedIn, form: str) -> None:
        kept = Pairing.objects.get(unit__code="C5223")
        response = signed_in(paired.clerk).get(f"/pairing/pairings/{kept.pk}/{form}")
        assert response.status_code == 200
        assert 'name="key"' in response.content.decode()

    def test_speaks_english(self, paired: Cast, signed_in: SignedIn) -> None:
        client = signed_in(paired.officer)
        client.post("/language", {"language": "en", "next": "/"})
        kept = Pairing.objects.get(unit__code="C5223")
        for address in (
            "pairings/",
            f"pairings/{kept.pk}/",
            f"places/{ZHELOU}/",
            f"units/{kept.unit_id}/",
            "gaps/",
        ):
            assert client.get(f"/pairing/{address}").status_code == 200
        assert "Register of pairings" in client.get("/pairing/pairings/").content.decode()


@pytest.mark.django_db
class TestPlaceUnitAndGaps:
    def test_a_place_shows_its_supporters_and_its_gaps(self, paired: Cast, signed_in: SignedIn) -> None:
        act = paired.act(paired.officer)
        rows = [Required("522327001200"), Required("522327003203", ends_on=date(2018, 2, 1))]
        require_owners(upload=listed(rows, unit=paired.group, act=act), act=act)
        client = signed_in(paired.officer)
        response = client.get(f"/pairing/places/{ZHELOU}/")
        assert [row["pairing"].unit.code for row in response.context["rows"]] == ["C5223", "P52"]
        assert [gap["days"] for gap in response.context["gaps"]] == [73]
        assert [bar.pairing.unit.code for bar in response.context["bars"]] == ["C5223"]
        response = client.get("/pairing/gaps/?first=2018-01-01&last=2018-12-31")
        assert [(row["place"], row["days"]) for row in response.context["rows"]] == [
            (ZHELOU, 73),
            (PINGYANG, 31),
        ]
        assert (response.context["places"], response.context["days"]) == (2, 104)
        sheet = client.get("/pairing/gaps.csv?first=2018-01-01&last=2018-12-31")
        lines = b"".join(sheet.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[2].endswith(",2018-01-01,2018-02-01,31")
        assert client.get("/pairing/gaps/?first=x").status_code == 200
        assert signed_in(paired.clerk_of_yunnan).get("/pairing/gaps/").context["required"] == 0

    def test_a_unit_shows_its_places(self, paired: Cast, signed_in: SignedIn) -> None:
        client = signed_in(paired.officer)
        response = client.get(f"/pairing/units/{paired.group.pk}/")
        assert [row["pairing"].place_id for row in response.context["rows"]] == [GUYUAN, CEHENG]
        assert client.get("/pairing/units/999999/").status_code == 404
        assert client.get("/pairing/places/999999/").status_code == 404

    def test_offers_counties_and_villages(self, paired: Cast, signed_in: SignedIn) -> None:
        text = signed_in(paired.clerk).get("/pairing/offers/places?place=册亨").content.decode()
        assert "522327" in text
