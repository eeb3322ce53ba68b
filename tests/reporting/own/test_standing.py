"""Own indicators wherever those that ship stand: in every process, as of every block, in snapshots and publications."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bangfu.foundation.operations import system_writes
from bangfu.reporting import queries, standing, texts
from bangfu.reporting.corrections.restating import restated
from bangfu.reporting.engines.asking import sums_by
from bangfu.reporting.engines.on_duckdb import OnDuckDB
from bangfu.reporting.engines.on_postgres import OnPostgres
from bangfu.reporting.indicators import indicators, versions_of
from bangfu.reporting.own.models import Standing, Step
from bangfu.reporting.own.operations import approve_version, submit_version
from bangfu.reporting.publications.bundle import bundle_path
from bangfu.reporting.publications.models import Publication
from bangfu.reporting.selection import read_selection
from bangfu.reporting.versions import enter_versions, known_by
from tests.conftest import Server, pointing_at
from tests.reporting.engines.conftest import snapshot_of_now
from tests.reporting.own.conftest import Office, text, value
from tests.reporting.publications.conftest import verify_all
from tests.reporting.publications.forging import members_of
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.test_pages import door

PERCENT = '{ scale = "%", decimals = 1, rounding = "down" }'
SHARE = text(
    "own.part", kind='"ratio"', measure="", unit="", display=PERCENT, factor="1",
    numerator='{ kind = "flow", indicator = "own.built", owner = "P53" }',
    denominator='{ kind = "flow", indicator = "own.built" }',
)  # fmt: skip
EACH = text(
    "own.each", kind='"ratio"', measure="", factor="1",
    numerator='{ kind = "flow", measure = "grants.paid" }',
    denominator='{ kind = "flow", measure = "network.base_stations", place = "13" }',
)  # fmt: skip


class TestInEveryProcess:
    @pytest.fixture
    def as_another(self, office: Office) -> object:
        """What another process keeps that looked before anything was approved."""
        standing.versions()
        return standing._kept

    def test_sees_what_another_approved_at_its_next_request(
        self, office: Office, as_another: object, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        standing._begin()
        assert "own.built" not in standing.versions()
        own = office.in_force()
        monkeypatch.setattr(standing, "_kept", as_another)
        standing._begin()
        with CaptureQueriesContext(connection) as asked:
            assert "own.built" in standing.versions()
        assert len(asked) == 2
        with CaptureQueriesContext(connection) as asked:
            assert versions_of("own.built")[0].number == own.number
            assert own.code in {one.code for one in indicators()}
        assert len(asked) == 0, "a request looks once"
        standing._end()

    def test_a_request_costs_one_short_statement(self, office: Office) -> None:
        office.in_force()
        standing.versions()
        standing._begin()
        with CaptureQueriesContext(connection) as asked:
            indicators()
            indicators()
        standing._end()
        assert len(asked) == 1

    def test_what_was_rolled_back_stands_nowhere(self, office: Office) -> None:
        version = office.declared()
        submit_version(version=version, act=office.act())

        def failing(**row: object) -> None:
            Standing(**row).save(force_insert=True)
            assert "own.built" in standing.versions()
            raise RuntimeError

        with patch.object(Standing.objects, "create", failing), pytest.raises(RuntimeError):
            approve_version(version=version, act=office.approving)
        assert "own.built" not in standing.versions()
        assert (Standing.objects.count(), Step.objects.count()) == (0, 1)


class TestAsOfABlock:
    def test_the_same_question_has_the_same_answer(self, office: Office) -> None:
        own = office.in_force()
        first = office.story.seal()
        office.revised(own, text(owner='"P53"', valid_from="2018-06-01"))
        second = office.story.seal()
        office.withdrawn(own, date(2019, 1, 1))
        third = office.story.seal()
        answers = [value("own.built", as_of=str(block)) for block in (first, second, third)]
        assert answers == [7, 2, None]
        figure = queries.figure_in("own.built", read_selection({"period": "2019", "as_of": str(first)}))
        assert (figure.indicator.version, known_by(figure.indicator, first).definition) == (1, first)

    def test_one_declared_later_is_answered_by_what_it_said_first(self, office: Office) -> None:
        block = office.story.seal()
        office.in_force()
        assert value("own.built", as_of=str(block)) == 7
        office.story.seal()
        assert value("own.built", as_of=str(block)) == 7


def test_no_data_is_no_data_and_not_zero(office: Office) -> None:
    office.in_force(EACH)
    assert (value("own.each"), value("own.each", "2018")) == (325, None)
    stations = office.story.stations(
        1, place=130724000000, unit=office.story.cast.yunnan.pk, on=date(2018, 5, 1)
    )
    office.story.reverse(*stations)
    assert value("own.each", "2018") is None
    figure = queries.figure_in("own.each", read_selection({"period": "2018"}))
    assert (figure.sum.facts, figure.exact, figure.has_value) == (3, "—", False)
    assert door(office.story.cast.officer).get("/f/own.each/?period=2018").status_code == 200


def test_engines_over_a_snapshot_agree(office: Office, tmp_path: Path) -> None:
    office.in_force()
    office.in_force(SHARE)
    office.in_force(EACH)
    block = office.story.seal()
    snapshot_of_now(tmp_path)
    asked = [
        (versions_of(code)[0], read_selection({"period": "2019", "as_of": str(block), **more}))
        for code in ("own.built", "own.part", "own.each")
        for more in ({}, {"unit": "P53"}, {"place": "522327"})
    ]
    assert sums_by(OnDuckDB(tmp_path), asked) == sums_by(OnPostgres(), asked)
    assert str(value("own.part")) == "0.2857142857"


def test_every_page_offers_it(office: Office) -> None:
    own = office.in_force()
    client = door(office.story.cast.officer)
    for path in (
        "/figures/?period=2019", "/figures.csv?period=2019", f"/tables/new?indicator={own.code}&period=2019",
        "/targets/quality/", f"/map/?indicator={own.code}&period=2019", f"/f/{own.code}/where?period=2019",
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200, path
    assert "新建基站（考核口径）" in client.get("/figures/?period=2019").content.decode()
    code = queries.figure_in(own.code, read_selection({"period": "2019"})).code
    assert client.get(f"/f/~{code}").headers["Location"] == f"/f/{own.code}/?period=2019"


def test_migrating_leaves_them_alone(own_database: str, server: Server) -> None:
    with (
        pointing_at(server.owner(own_database.rsplit("/", 1)[1].split("?")[0])),
        system_writes("a definition of the office's own"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO ledger_referenceversion (kind, key, content, is_removed) VALUES (9, 'own.x v1', '{}', false)"
        )
        enter_versions()
        cursor.execute(
            "SELECT count(*), bool_or(is_removed) FROM ledger_referenceversion WHERE key LIKE 'own.%'"
        )
        assert cursor.fetchone() == (1, False)


REPORT = {
    "zh": "# {period 2019}报告\n\n## 第一章　网络\n\n{period 2019}新建{own.built period=2019}，云南占{own.part period=2019}。\n",
    "en": "# Report {period 2019}\n\n## Network\n\nIn {period 2019}: {own.built period=2019}, {own.part period=2019}.\n",
}


def test_a_publication_keeps_the_version_it_used(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for language, written in REPORT.items():
        (folder / f"programme.{language}.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr(texts, "FOLDER", folder)
    monkeypatch.setattr(settings, "PUBLICATIONS_FOLDER", tmp_path / "publications")
    own = office.in_force()
    office.in_force(SHARE)
    verify_all()
    office.story.seal()
    frozen(office.story)
    office.revised(own, text(owner='"P53"', valid_from="2018-06-01"))
    office.withdrawn(own, date(2019, 1, 1))
    block = office.story.seal()
    publication = Publication.objects.get()
    stated = [(str(one.old.value), str(one.now.value)) for one in restated(publication, block)]
    assert stated == [("7", "7.0000"), ("0.2857142857", "0.2857142857")]
    members = members_of(bundle_path(1))
    said = json.loads(members["figures.json"])["figures"]
    assert [(one["definition"], one["value"]) for one in said] == [
        ("own.built v1", "7"),
        ("own.part v1", "0.2857142857"),
    ]
    program = tmp_path / "verify.py"
    program.write_bytes(members["verify.py"])
    ran = subprocess.run(
        [sys.executable, "-I", str(program), str(bundle_path(1))], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, "全部相符" in ran.stdout) == (0, True), ran.stdout
