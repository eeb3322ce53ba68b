"""The pages of own indicators, through the door."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bangfu.reporting.own import queries
from bangfu.reporting.own.models import OwnIndicator, Version, Withdrawal
from bangfu.reporting.own.operations import revise_indicator, submit_version
from tests.reporting.own.conftest import TEXT, Office, text
from tests.reporting.test_pages import door
from tests.reporting.test_pages import text as text_of

FIELDS = {
    "as": "form", "code": "own.built", "valid_from": "2015-01-01", "kind": "flow", "measures": ["network.base_stations"],
    "title-zh": "新建基站（考核口径）", "title-en": "Stations built as assessed", "unit-zh": "个", "unit-en": "stations",
    "display-scale": "1", "display-decimals": "0", "display-rounding": "half_up",
    "scope_note-zh": "以验收日期计入。", "scope_note-en": "Counted at acceptance.",
}  # fmt: skip


class TestEditor:
    def test_the_form_declares_what_the_text_declares(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        by_form = client.post("/own/new", {**FIELDS, "do": "save", "unit": office.story.cast.group.pk})
        assert by_form.status_code == 302
        client.post("/own/new", {"as": "text", "text": text("own.other"), "do": "save"})
        upload = SimpleUploadedFile("own.toml", text("own.third").encode())
        client.post("/own/new", {"as": "text", "text": "", "file": upload, "do": "save"})
        texts = [tomllib.loads(queries.text_of(one.pk)) for one in Version.objects.order_by("pk")]
        same = [{**one, "code": "", "number": 0} for one in texts]
        assert same[0] == same[1] == same[2]
        assert [one.unit for one in OwnIndicator.objects.all()] == [office.story.cast.group] * 3

    def test_names_the_field_that_is_wrong_beside_it(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        page = client.post(
            "/own/new", {**FIELDS, "measures": ["network.base_stations", "grants.paid"], "do": "save"}
        )
        assert page.status_code == 409
        assert (
            "几个计量项必须类型、单位和小数位都相同：network.base_stations（个）、grants.paid（元）"
            in text_of(page)
        )
        assert 'class="field wrong" role="group" aria-label="计量项"' in page.content.decode()
        assert Version.objects.count() == 0

    def test_checks_while_one_types(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        ok = client.post("/own/new", FIELDS, headers={"HX-Target": "own-check"})
        assert "成立，可以保存。" in text_of(ok)
        assert "Σ 数量（新建无线基站）" in text_of(ok)
        assert "<html" not in ok.content.decode()
        wrong = client.post("/own/new", {**FIELDS, "owner": "NOBODY"}, headers={"HX-Target": "own-check"})
        assert "「数什么 · 限单位（含下级）」没有单位 NOBODY" in text_of(wrong)
        nameless = client.post("/own/new", {**FIELDS, "title-zh": "", "title-en": "", "do": "check"})
        assert "「怎么称呼 · 名称（中文）」没有填" in text_of(nameless)

    def test_draws_the_fields_of_the_kind_and_adds_a_measure_by_its_name(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        page = client.post(
            "/own/new",
            {**FIELDS, "kind": "ratio", "numerator-add": "发放助学金"},
            headers={"HX-Target": "own-editor"},
        ).content.decode()
        assert page.lstrip().startswith("<form")
        assert 'name="numerator-measures" value="grants.paid" checked' in page
        assert 'name="denominator-add"' in page
        assert 'name="factor"' in page

    def test_carries_what_is_counted_over_to_another_kind(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        given = {**FIELDS, "kind": "ratio", "owner": "P53"}
        page = client.post("/own/new", given, headers={"HX-Target": "own-editor"}).content.decode()
        assert 'name="numerator-measures" value="network.base_stations" checked' in page
        assert 'name="numerator-owner" value="云南省分公司 P53"' in page

    def test_offers_places_and_units_by_name_and_reads_what_is_chosen_or_typed(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        places = client.get("/own/offers/places", {"numerator-place": "册亨"}).content.decode()
        assert '<option value="贵州省黔西南布依族苗族自治州册亨县 522327">' in places
        units = client.get("/own/offers/units", {"owner": "云南"}).content.decode()
        assert '<option value="云南省分公司 P53">' in units
        assert client.get("/own/offers/units", {"owner": ""}).content.strip() == b""
        assert door(office.story.cast.outsider).get("/own/offers/places").status_code == 403
        for place, owner in (
            ("贵州省黔西南布依族苗族自治州册亨县 522327", "云南省分公司 P53"),
            ("册亨县", "云南省分公司"),
            ("522327", "P53"),
        ):
            given = {**FIELDS, "place": place, "owner": owner, "do": "as_text"}
            page = client.post("/own/new", given).content.decode()
            assert ("place = 522327" in page or "place = &quot;522327&quot;" in page, "P53" in page) == (
                True, True,
            )  # fmt: skip
            assert "册亨" not in page
        wrong = client.post("/own/new", {**FIELDS, "place": "没有这个地方", "do": "check"}).content.decode()
        assert 'value="没有这个地方"' in wrong

    def test_shows_places_and_units_by_name(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        given = {**FIELDS, "place": "522327", "owner": "P53", "do": "check"}
        page = client.post("/own/new", given).content.decode()
        assert 'value="贵州省黔西南布依族苗族自治州册亨县 522327"' in page
        client.cookies["bangfu_language"] = "en"
        assert 'value="Yunnan branch P53"' in client.post("/own/new", given).content.decode()

    def test_offers_only_measures_that_fit_the_chosen_one(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        page = client.post("/own/new", {**FIELDS, "measures": ["grants.paid"]}).content.decode()
        page = page.partition('id="own-measures-offers"')[2].partition("</datalist>")[0]
        assert '<option value="campaigns.raised">' in page
        assert '<option value="network.base_stations">' not in page

    def test_turns_form_and_text_into_each_other(self, office: Office) -> None:
        client = door(office.story.cast.officer)
        as_text = client.post("/own/new", {**FIELDS, "do": "as_text"})
        assert "measure = &quot;network.base_stations&quot;" in as_text.content.decode()
        as_form = client.post("/own/new", {"as": "text", "text": TEXT, "do": "as_form"}).content.decode()
        assert 'name="measures" value="network.base_stations" checked' in as_form
        broken = client.post("/own/new", {"as": "text", "text": "code = 'own", "do": "as_form"})
        assert "不是合规的 TOML，没有写完" in text_of(broken)
        wrong = client.post("/own/new", {"as": "text", "text": "code = 'own'\nnumber = = 1", "do": "as_form"})
        assert "不是合规的 TOML，请看第 2 行第 10 列" in text_of(wrong)

    def test_starts_from_one_that_ships(self, office: Office) -> None:
        page = door(office.story.cast.officer).get("/own/new?like=grants.amount_each").content.decode()
        assert 'value="own.amount_each"' in page
        assert 'name="denominator-measures" value="grants.students" checked' in page

    def test_revises_and_words_anew(self, office: Office) -> None:
        own = office.in_force()
        client = door(office.story.cast.officer)
        said = text(owner='"P53"', valid_from="2019-01-01")
        assert 'value="network.base_stations" checked' in client.get(f"/own/{own.pk}/revise").content.decode()
        refused = client.post(f"/own/{own.pk}/revise", {"as": "text", "text": said, "do": "save"})
        assert (refused.status_code, "请写明为什么修订" in text_of(refused)) == (409, True)
        client.post(
            f"/own/{own.pk}/revise", {"as": "text", "text": said, "do": "save", "reason": "考核办法改了"}
        )
        version = own.versions.get(number=2)
        anew = {**FIELDS, "valid_from": "2019-02-01", "owner": "P52", "do": "save"}
        assert client.post(f"/own/versions/{version.pk}/word", anew).status_code == 302
        assert tomllib.loads(queries.text_of(version.pk))["owner"] == "P52"

    @pytest.mark.parametrize("who", ["verifier", "auditor", "clerk", "outsider"])
    def test_is_closed_to_others(self, office: Office, who: str) -> None:
        assert door(getattr(office.story.cast, who)).get("/own/new").status_code == 403


class TestVersionPage:
    def test_shows_what_a_draft_comes_to_beside_what_is_in_force(self, office: Office) -> None:
        own = office.in_force()
        draft = revise_indicator(
            indicator=own,
            text=text(owner='"P53"', valid_from="2019-01-01"),
            reason="只算云南",
            act=office.act(),
        )
        page = door(office.story.cast.officer).get(f"/own/versions/{draft.pk}/")
        said = text_of(page)
        assert "2018 草案" in said
        assert "2019 现行" in said
        assert "没有数据" in said
        html = page.content.decode()
        assert f'<a class="figure" href="/f/draft.v{draft.pk}/?period=2019">2个</a>' in html
        assert '<a class="figure" href="/f/own.built/?period=2019">7个</a>' in html
        assert f'href="/f/draft.v{draft.pk}/?period=2019&amp;unit=P53">2 个</a>' in html
        assert "与第 1 版不同之处" in said
        assert "单位及其下级" in said
        opened = door(office.story.cast.officer).get(f"/f/draft.v{draft.pk}/facts?period=2019")
        assert opened.status_code == 200

    def test_another_person_approves(self, office: Office) -> None:
        version = office.declared()
        officer, verifier = door(office.story.cast.officer), door(office.story.cast.verifier)
        assert officer.post(f"/own/versions/{version.pk}/approve").status_code == 403
        assert officer.post(f"/own/versions/{version.pk}/submit").status_code == 302
        again = officer.post(f"/own/versions/{version.pk}/submit")
        assert (again.status_code, "已经提交或批准" in text_of(again)) == (409, True)
        assert "批准" in text_of(verifier.get(f"/own/versions/{version.pk}/"))
        back = verifier.post(f"/own/versions/{version.pk}/return", {"remark": "口径不清"})
        assert back.status_code == 302
        assert "口径不清" in text_of(officer.get(f"/own/versions/{version.pk}/"))
        officer.post(f"/own/versions/{version.pk}/submit")
        assert verifier.post(f"/own/versions/{version.pk}/approve").status_code == 302
        assert "新建基站（考核口径）" in text_of(officer.get("/figures/?period=2019"))
        assert "own.built" in text_of(officer.get("/own/"))

    def test_gives_the_declaration_as_a_file(self, office: Office) -> None:
        version = office.declared()
        file = door(office.story.cast.auditor).get(f"/own/versions/{version.pk}/declaration.toml")
        assert file.content.decode() == queries.text_of(version.pk)
        assert 'filename="built-v1.toml"' in file.headers["Content-Disposition"]


class TestIndicatorPage:
    def test_says_which_version_counts_which_periods_and_who_did_what(self, office: Office) -> None:
        own = office.in_force()
        office.revised(own, text(owner='"P53"', valid_from="2019-01-01"))
        page = text_of(door(office.story.cast.auditor).get(f"/own/{own.pk}/"))
        assert "更早的期间，以及2015-01-01 之后、到 2019-01-01 为止结束的期间" in page
        assert "2019-01-01 之后结束的期间" in page
        assert "陈立 批准第 2 版" in page
        assert "周敏 写第 2 版：考核办法改了" in page

    def test_two_versions_are_compared(self, office: Office) -> None:
        own = office.in_force()
        office.revised(own, text(owner='"P53"', valid_from="2019-01-01"))
        reader = door(office.story.cast.auditor)
        page = text_of(reader.get(f"/own/{own.pk}/compare"))
        assert "计数 · 单位及其下级" in page
        assert "两版说的一样" in text_of(reader.get(f"/own/{own.pk}/compare?before=1&after=1"))
        assert reader.get(f"/own/{own.pk}/compare?before=9").status_code == 404

    def test_is_withdrawn_by_two_persons(self, office: Office) -> None:
        own = office.in_force()
        officer, verifier = door(office.story.cast.officer), door(office.story.cast.verifier)
        address = f"/own/{own.pk}/withdraw"
        assert officer.post(address, {"withdrawn_from": "", "reason": "不"}).status_code == 422
        refused = officer.post(address, {"withdrawn_from": "2019-01-01", "reason": ""})
        assert (refused.status_code, "请写明为什么停用" in text_of(refused)) == (409, True)
        assert (
            officer.post(address, {"withdrawn_from": "2019-01-01", "reason": "不再考核"}).status_code == 302
        )
        page = text_of(officer.get(f"/own/{own.pk}/"))
        assert "提议从 2019-01-01 起停用：不再考核" in page
        assert ("撤回提议" in page, "批准停用" in page, "提议停用这个指标" in page) == (True, False, False)
        key = Withdrawal.objects.get().pk
        assert officer.post(f"/own/withdrawals/{key}/approve").status_code == 403
        assert "批准停用" in text_of(verifier.get(f"/own/{own.pk}/"))
        assert verifier.post(f"/own/withdrawals/{key}/approve").status_code == 302
        assert "2019-01-01 起停用" in text_of(verifier.get(f"/own/{own.pk}/"))
        assert "own.built" not in text_of(verifier.get("/figures/?period=2018"))
        assert verifier.get("/f/own.built/?period=2019").status_code == 200
        again = verifier.post(f"/own/withdrawals/{key}/refuse", {"remark": "不"})
        assert (again.status_code, "已经有了决定" in text_of(again)) == (409, True)

    def test_a_draft_is_abandoned_and_restored(self, office: Office) -> None:
        version = office.declared()
        officer, address = door(office.story.cast.officer), f"/own/versions/{version.pk}/"
        assert officer.post(f"{address}abandon", {"remark": ""}).status_code == 409
        assert officer.post(f"{address}abandon", {"remark": "重复了"}).status_code == 302
        page = text_of(officer.get(address))
        assert "放弃了这份草案：重复了" in page
        assert ("恢复为草案" in page, "修改草案" in page) == (True, False)
        assert "own.built" in text_of(officer.get("/own/?state=ABANDONED"))
        assert "own.built" not in text_of(officer.get("/own/?state=DRAFT"))
        assert "已放弃" in text_of(officer.get(f"/own/{version.indicator_id}/"))
        assert officer.post(f"{address}restore").status_code == 302
        assert "own.built" in text_of(officer.get("/own/?state=DRAFT"))


class TestList:
    def test_narrows_sorts_and_exports(self, office: Office) -> None:
        office.in_force()
        office.declared(text("own.draft"))
        office.withdrawn(office.in_force(text("own.gone")), date(2019, 1, 1))
        reader = door(office.story.cast.auditor)
        assert [code in text_of(reader.get("/own/?state=DRAFT")) for code in ("own.built", "own.draft")] == [
            False,
            True,
        ]
        assert "own.gone" in text_of(reader.get("/own/?state=WITHDRAWN&sort=unit"))
        assert "没有符合条件的指标" in text_of(reader.get("/own/?q=nothing"))
        file = b"".join(reader.get("/own/list.csv?q=gone")).decode("utf-8-sig")
        assert (
            file.splitlines()[1] == "own.gone,新建基站（考核口径）,集团,流量,1,已批准,2015-01-01,2019-01-01"
        )
        assert reader.get("/own/list.xlsx").status_code == 200

    def test_is_empty_at_first_and_closed_to_outsiders(self, office: Office) -> None:
        assert "还没有自定指标" in text_of(door(office.story.cast.officer).get("/own/"))
        assert door(office.story.cast.outsider).get("/own/").status_code == 403

    @pytest.mark.parametrize(
        "path", ["/own/", "/own/new", "/own/new?as=text", "/own/1/", "/own/versions/1/", "/own/1/compare"]
    )
    def test_speaks_english(self, office: Office, path: str) -> None:
        version = office.declared()
        path = path.replace("/own/1/", f"/own/{version.indicator_id}/").replace(
            "versions/1", f"versions/{version.pk}"
        )
        client = door(office.story.cast.officer)
        client.cookies["bangfu_language"] = "en"
        page = client.get(path, headers={"Accept-Language": "en"})
        assert page.status_code == 200


def test_a_submitted_version_waits_for_another(office: Office) -> None:
    version = office.declared()
    submit_version(version=version, act=office.act())
    assert "您参与过这一版" in text_of(door(office.story.cast.officer).get(f"/own/versions/{version.pk}/"))
