"""Figures by the API: the exact value, what it stands on, its facts a page at a time, and its place in the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from bangfu.foundation.api import sealed
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.proofs.verify import UnableToVerify, check_consistency
from tests.cast import CEHENG
from tests.foundation.api.asking import ROOT, Program
from tests.reporting.story import Story

pytestmark = pytest.mark.django_db
FIGURE = "/figures/network.base_stations"


class TestFigure:
    def test_is_exact_and_opens(self, story: Story) -> None:
        story.reverse(story.stations(3)[0])
        block = story.seal()
        told = Program(story.cast.officer).get(FIGURE, {"period": "2019"}).json()
        assert (told["value"], told["facts"], told["reversed"], told["block"], told["unsealed"]) == (
            "2",
            4,
            1,
            block,
            0,
        )
        assert told["shown"] == {"zh": "2个", "en": "2 stations"}
        assert (told["period"], told["place"], told["unit"], told["as_of"]) == ("2019", None, None, None)
        assert told["trust"] == {
            "standing": 2, "verified": 0, "evidenced": 0, "in_counties": 2, "confirmed": 0, "disputed": 0,
        }  # fmt: skip
        assert told["left_out"][0]["count"] == 1
        assert told["page"] == "/f/network.base_stations/?period=2019"
        assert (
            Program(story.cast.officer)
            .client.get(told["url"], headers=Program(story.cast.officer).headers)
            .json()
            == told
        )

    def test_is_asked_about_a_place_a_unit_and_a_block(self, story: Story) -> None:
        story.stations(2)
        block = story.seal()
        story.stations(1, unit=story.cast.yunnan.pk, place=530102000000)
        program = Program(story.cast.officer)

        def value(**query: object) -> str | None:
            return program.get(FIGURE, {"period": "2019", **query}).json()["value"]

        assert (value(), value(place="522327"), value(unit="P53"), value(as_of=block)) == ("3", "2", "1", "2")
        assert value(place="522327", unit="P53") is None

    def test_is_for_whoever_may_see_it(self, story: Story) -> None:
        story.stations(1)
        official, outsider = Program(story.cast.county_official), Program(story.cast.outsider)
        assert official.get(FIGURE, {"period": "2019", "place": str(CEHENG)[:6]}).json()["value"] == "1"
        assert official.get(FIGURE, {"period": "2019"}).json()["code"] == "out_of_scope"
        assert outsider.get(FIGURE, {"period": "2019"}).status_code == 403
        assert Program(story.cast.officer, permissions=["network.view"]).get(FIGURE).status_code == 403

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ({"period": "soon"}, "unknown_period"), ({"place": "x"}, "unknown_place"), ({"area": "x"}, "unknown_area"),
            ({"unit": "x"}, "unknown_unit"), ({"line": "x"}, "unknown_line"), ({"as_of": "999"}, "unknown_block"),
            ({"term": "target"}, "unknown_term"),
        ],
    )  # fmt: skip
    def test_says_what_it_does_not_know(self, story: Story, query: dict[str, str], code: str) -> None:
        answer = Program(story.cast.officer).get(FIGURE, query)
        assert (answer.status_code, answer.json()["code"]) == (404, code)

    def test_of_an_unknown_indicator(self, story: Story) -> None:
        answer = Program(story.cast.officer).get("/figures/network.nothing", {"period": "2019"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_indicator")
        assert Program(story.cast.officer).get("/indicators/network.nothing").json()["code"] == "not_known"

    def test_indicators_are_declared(self, story: Story) -> None:
        program = Program(story.cast.officer)
        told = {one["code"]: one for one in program.get("/indicators").json()}
        assert told["network.base_stations"]["measures"] == ["network.base_stations"]
        assert program.get("/indicators/network.base_stations").json()[-1] == told["network.base_stations"]

    def test_where_it_comes_from_adds_up(self, story: Story) -> None:
        story.stations(2)
        story.stations(1, on=date(2019, 8, 1))
        told = Program(story.cast.officer).get(f"{FIGURE}/where", {"period": "2019", "place": "52"}).json()
        assert told["value"] == "3"
        assert [(one["key"], one["value"]) for one in told["places"]] == [("522327", "3")]
        assert [(one["key"], one["value"]) for one in told["units"]] == [("P52", "3")]
        assert {one["key"]: one["value"] for one in told["months"] if one["facts"]} == {
            "2019-05": "2",
            "2019-08": "1",
        }


class TestFacts:
    def test_come_a_page_at_a_time_with_their_reversals(self, story: Story) -> None:
        first, *others = story.stations(4)
        story.reverse(first)
        block = story.seal()
        program = Program(story.cast.officer)
        page = program.get(f"{FIGURE}/facts", {"period": "2019", "limit": 3}).json()
        rest = program.get(f"{FIGURE}/facts", {"period": "2019", "limit": 3, "cursor": page["next"]}).json()
        back = Fact.objects.get(reverses_id=first)
        assert (page["seen"], page["outside"], rest["next"]) == (5, 0, None)
        assert [one["id"] for one in (*page["items"], *rest["items"])] == [first, *others, back.pk]
        told = page["items"][0]
        assert (told["quantity"], told["unit"], told["place"], told["block"]) == ("1", "P52", "522327", block)
        assert (told["reversed_by"], rest["items"][-1]["reverses"], rest["items"][-1]["reason"]) == (
            back.pk, first, "duplicate_report",
        )  # fmt: skip

    def test_outside_the_grants_are_counted_only(self, story: Story) -> None:
        story.stations(2)
        told = Program(story.cast.clerk_of_yunnan).get(f"{FIGURE}/facts", {"period": "2019"}).json()
        assert (told["items"], told["seen"], told["outside"]) == ([], 0, 2)

    def test_one_opens_to_its_record(self, story: Story) -> None:
        (fact,) = story.stations(1)
        told = Program(story.cast.officer).get(f"/facts/{fact}").json()
        assert (told["record"]["type"], told["evidence"], told["block"]) == ("network.station", [], None)
        refused = Program(story.cast.clerk_of_yunnan).get(f"/facts/{fact}")
        assert (refused.status_code, refused.json()["code"]) == (403, "out_of_scope")
        assert Program(story.cast.officer).get("/facts/4711").status_code == 404


class TestProof:
    def test_leads_from_a_fact_to_the_signed_root(self, story: Story, client: Client) -> None:
        story.stations(3)
        story.seal()
        fact, *_ = story.stations(5)
        program = Program(story.cast.officer)
        assert program.get(f"/facts/{fact}/proof").status_code == 404
        block = story.seal()
        told = program.get(f"/facts/{fact}/proof").json()
        assert told["block"] == block
        assert client.get(f"{ROOT}/ledger/checkpoint").json()["note"] == told["note"]
        asked = {name: told[name] for name in ("leaf", "index", "proof", "note")}
        answer = client.post(f"{ROOT}/ledger/verify", asked, content_type="application/json").json()
        assert answer == {"fits": True, "faults": []}
        for name, changed in (
            ("leaf", "0" * 64),
            ("index", told["index"] + 1),
            ("proof", told["proof"][:-1]),
        ):
            answer = client.post(
                f"{ROOT}/ledger/verify", {**asked, name: changed}, content_type="application/json"
            ).json()
            assert (answer["fits"], len(answer["faults"])) == (False, 1)
        forged = {**asked, "note": told["note"].replace("time 2", "time 1")}
        answer = client.post(f"{ROOT}/ledger/verify", forged, content_type="application/json").json()
        assert answer["faults"] == ["the checkpoint bears no signature of a key of this ledger"]

    def test_nothing_of_an_earlier_block_was_rewritten_by_a_later_one(
        self, story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        story.stations(3)
        first = story.seal()
        story.stations(5)
        second = story.seal()
        story.stations(1)
        third = story.seal()

        def asked(old: int, new: int) -> Any:
            return client.get(f"{ROOT}/ledger/consistency?old={old}&new={new}")

        for old, new in ((first, second), (first, third), (second, third), (second, second)):
            told = asked(old, new).json()
            assert told["old"] == client.get(f"{ROOT}/ledger/checkpoint/{old}").json()
            assert told["new"] == client.get(f"{ROOT}/ledger/checkpoint/{new}").json()
            sizes = [told[name]["size"] for name in ("old", "new")]
            roots = [bytes.fromhex(told[name]["root"]) for name in ("old", "new")]
            proof = [bytes.fromhex(one) for one in told["proof"]]
            check_consistency(sizes[0], roots[0], sizes[1], roots[1], proof)
            with pytest.raises(UnableToVerify):
                check_consistency(sizes[0], bytes(32), sizes[1], roots[1], proof)
        answer = asked(second, first)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_order")
        assert asked(first, third + 1).status_code == 404
        monkeypatch.setattr(sealed, "MOST_BETWEEN", 2)
        answer = asked(first, third)
        assert (answer.status_code, answer.json()["code"]) == (409, "too_far_apart")
        assert asked(first, second).status_code == 200, "neighbours are always proved"

    def test_the_ledger_is_open_to_everybody(self, story: Story, client: Client) -> None:
        assert client.get(f"{ROOT}/ledger/checkpoint").status_code == 404
        story.stations(1)
        block = story.seal()
        assert (
            client.get(f"{ROOT}/ledger/checkpoint/{block}").json()["size"]
            == client.get(f"{ROOT}/ledger/blocks").json()["items"][0]["size"]
        )
        assert len(client.get(f"{ROOT}/ledger/keys").json()) == 1
        assert client.get(f"{ROOT}/publications").json() == []
        assert client.get(f"{ROOT}/publications/1").status_code == 404


class TestReports:
    def test_hold_their_figures(self, story: Story, short_report: object) -> None:
        story.stations(2)
        program = Program(story.cast.officer)
        assert [one["code"] for one in program.get("/reports").json()] == ["programme"]
        told = program.get("/reports/programme", {"language": "en"}).json()
        assert [(one["indicator"], one["value"]) for one in told["figures"]] == [
            ("network.base_stations", "2")
        ]
        assert any("2 stations" in one["text"] for one in told["paragraphs"])
        assert program.get("/reports/nothing").status_code == 404
        assert Program(story.cast.county_official).get("/reports/programme").status_code == 403
