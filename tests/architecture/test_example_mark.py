"""Whatever leaves an example house says that it is an example; a door nobody thought of fails here."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client, override_settings
from django.urls import get_resolver

from bangfu.foundation.api.assembling import NAMESPACE
from bangfu.foundation.intake import writing
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.money.models import BookAccount, Fund
from bangfu.foundation.organisation.queries import is_example
from bangfu.foundation.places.models import Area
from bangfu.foundation.rooms import marks
from bangfu.foundation.rounds.models import Round
from bangfu.foundation.webhooks.kinds import KINDS
from bangfu.foundation.webhooks.models import Subscription
from bangfu.foundation.webhooks.operations import subscribe
from bangfu.giving.campaigns.models import Campaign, Charity, Duty, GiftFile
from bangfu.giving.campaigns.operations import bring_gifts
from bangfu.livelihoods.projects.models import Project
from bangfu.livelihoods.shop.models import Channel
from bangfu.livelihoods.training.models import Course
from bangfu.reporting.forms.fixed.declared import fixed_tables
from bangfu.reporting.targets.models import Pledge
from bangfu.site.cli import figures, money
from tests.architecture.test_doors import addresses
from tests.cast import Cast
from tests.foundation.intake.reported.reporting import RELIEF, Row, Sheet, received
from tests.foundation.money.books import open_books
from tests.foundation.rounds.asking import opened as round_opened
from tests.giving.campaigns.given import gift_frame
from tests.giving.campaigns.given import opened as giving_opened
from tests.livelihoods.industries.farmed import counted, lot, operator
from tests.livelihoods.projects.projected import entered
from tests.livelihoods.shop.sold import opened as shop_opened
from tests.livelihoods.training.trained import opened
from tests.reporting.targets.pledged import in_force

FILE = re.compile(r"\.(csv|xlsx|pdf|json|zip|txt|docx|beancount|svg)$|<form>|\.x$")
MARK = "示例数据"
SENT = {"audit_export"}
"""Doors that are posted to."""
BY_THE_AUDITOR = {"audit_export", "people:accesses_csv", "people:accesses_xlsx"}
BY_THE_ADMINISTRATOR = {"notices:deliveries_csv", "notices:deliveries_xlsx"}
BY_SECURITY = {"api:all_tokens_csv", "api:all_tokens_xlsx"}
ELSEWHERE = {
    "intake:template": "an empty sheet, of no house",
    "intake:refused": "TestSheets: rows that are corrected and uploaded again carry it in their properties",
    "intake:redacted": "TestSheets: the same",
    "intake:returned": "the same: it is written by what writes the refused rows",
    "reporting:match_csv": "posted with a draft: tests/reporting/matching/test_page.py",
    "reporting:match_xlsx": "the same",
    **dict.fromkeys(
        (
            "controls:statement_csv",
            "controls:statement_xlsx",
            "controls:differences_csv",
            "controls:differences_xlsx",
        ),
        "tests/reporting/controls/test_pages.py: there is none without a control total",
    ),
    **dict.fromkeys(
        ("payments:lines_csv", "payments:lines_xlsx"),
        "tests/foundation/payments/test_pages.py: there is none without a statement",
    ),
    "sampling:worksheet": "tests/reporting/sampling/test_pages.py: in its properties, as sheets that come back",
    **dict.fromkeys(("people:export_csv", "people:export_xlsx"), "TestTheFiles in tests/foundation/people"),
    "publications:bundle": "TestWhatIsShown in tests/reporting/publications: both of its readable members carry it",
    "corrections:note": "test_the_mark_of_the_example_travels in tests/reporting/corrections",
    "corrections:proof": "the same: its note is that one",
    "corrections:restatement_csv": "the same",
    "corrections:restatement_xlsx": "the same",
    "publications:paper": "TestExample in tests/reporting/publications/test_papers.py",
    "publications:published_paper": "the same",
    "publications:table": "the same",
    "publications:published_table": "the same",
    "reporting:report_pdf": "TestPrinted",
    "forms:fixed_pdf": "TestFixedTables in tests/reporting/forms",
    "industries:label": "TestPrinted",
    "handbook:pdf": "TestPaper in tests/reporting/handbook",
    "handbook:subject_pdf": "TestSubjects in tests/reporting/handbook",
    **dict.fromkeys(
        (
            "suppliers:statement_csv",
            "suppliers:statement_xlsx",
            "suppliers:statement_pdf",
            "suppliers:picking",
            "suppliers:picking_xlsx",
        ),
        "test_the_mark_of_the_example_travels in tests/livelihoods/suppliers: there is none without a supplier",
    ),
    **dict.fromkeys(
        ("consumption:agreement_pdf", "consumption:order_pdf", "consumption:delivery_pdf"),
        "TestPapers in tests/livelihoods/consumption: there is none without an agreement",
    ),
    "targets:form_pdf": "TestOfficialForm in tests/reporting/targets",
    "money:voucher_sheet": "test_the_mark_of_the_example_travels in tests/foundation/money/test_vouchers.py",
    "grants:payments_file": "TestStaff in tests/giving/grants/test_paying_pages: there is none without a batch",
    "grants:refused_file": "TestStaff in tests/giving/grants/test_paying_pages: there is none without an answer",
    "grants:blank": "TestSheets: it is written by what writes typed rows",
    "training:print_all": "TestPrinted",
    "training:print_one": "TestPrinted",
}
"""Doors whose mark is looked at in another test, or that have none, and why."""
EXPORTS = sorted(
    {
        (name, address)
        for name, address in addresses(get_resolver())
        if FILE.search(address) and not name.startswith(f"{NAMESPACE}:")
    }
)
"""Files at the pages; every answer to a program has the mark among its headers."""


@pytest.fixture
def example(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast in a house that is the example."""
    monkeypatch.setattr(marks, "_asked", [lambda: True])
    open_books(cast)
    return cast


def said(content: bytes) -> str:
    """Return what a file says, that of a workbook's parts included."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode(errors="replace") for name in parts.namelist())


def uploaded(cast: Cast) -> int:
    """Return the key of a sheet that waits to be confirmed."""
    known = Upload.objects.filter(layout=RELIEF, state=Upload.State.PREVIEWED).first()
    if known is None:
        sheet = Sheet([Row("GZ-2019-09")])
        with TemporaryDirectory() as folder:
            known = received(sheet, unit=cast.guizhou, act=cast.act(cast.officer), folder=Path(folder))
    return known.pk


def subscribed(cast: Cast) -> Subscription:
    """Return the officer's subscription to what happens."""
    known = Subscription.objects.filter(account=cast.officer).first()
    with override_settings(WEBHOOK_HOSTS=["hooks.example.com"]):
        return known or subscribe(
            account=cast.officer,
            url="https://hooks.example.com/",
            kinds=list(KINDS),
            act=cast.act(cast.officer),
        )


def campaign_opened(cast: Cast, *, of_file: bool) -> int:
    """Open a campaign, once, with a file of gifts of which one row is refused; return the key of the file or of a duty."""
    if not Campaign.objects.exists():
        story = giving_opened(cast)
        frame = gift_frame(("M-0404", 500, "T1"))
        bring_gifts(campaign=story.campaign, frame=frame, name="x", digest="0" * 64, act=story.act())
    return (GiftFile if of_file else Duty).objects.order_by("pk")[0].pk


def answered(cast: Cast, name: str, address: str) -> str:
    """Return what a door hands over to whoever may have it."""
    if name == "places:area_csv":
        address = address.replace("/x/", f"/{Area.objects.values_list('code', flat=True)[0]}/")
    if name.startswith("intake:records"):
        address = address.replace("/x/", "/grants.paid/")
    if name.startswith("reporting:facts"):
        address = address.replace("<indicator:code>", "network.base_stations")
    if name.startswith("training:attendees"):
        course = Course.objects.first() or opened(cast)
        address = address.replace("/1/", f"/{course.pk}/")
    if name.startswith("projects:movements"):
        project = Project.objects.first() or entered(cast)
        address = address.replace("/1/", f"/{project.pk}/")
    if name.startswith("shop:shelf"):
        channel = Channel.objects.first() or shop_opened(cast).channel
        address = address.replace("/1/", f"/{channel.pk}/")
    if name.startswith("targets:") and "/1/" in address:
        pledge = Pledge.objects.first() or in_force(cast).pledge
        key = pledge.versions.get().pk if "versions" in address else pledge.pk
        address = address.replace("/1/", f"/{key}/").replace("form.x.", "form.zh.")
    if name in ("forms:fixed_xlsx", "forms:fixed_docx"):
        address = address.replace("/x/", f"/{next(iter(fixed_tables()))}/")
    if name.startswith("money:register"):
        address = address.replace("/1/", f"/{BookAccount.objects.values_list('pk', flat=True)[0]}/")
    if name.startswith("money:fund_") and "/1/" in address:
        address = address.replace("/1/", f"/{Fund.objects.values_list('pk', flat=True)[0]}/")
    if name.startswith(("campaigns:table", "campaigns:refused")):
        key = campaign_opened(cast, of_file="refused" in name)
        address = address.replace("/1/", f"/{key}/")
    if name.startswith("campaigns:year_line"):
        campaign_opened(cast, of_file=False)
        charity = Charity.objects.values_list("pk", flat=True)[0]
        address = address.replace("/1/years/1/x.", f"/{charity}/years/2020/received.")
    if name.startswith("rounds:"):
        asked = Round.objects.first() or round_opened(cast)
        address = address.replace("/1/", f"/{asked.pk}/").replace("/x.x", f"/{RELIEF}.x")
        address = re.sub(r"\.x$", ".csv", address)
    if name.startswith("intake:rows"):
        address = address.replace("/1/", f"/{uploaded(cast)}/")
    if name.startswith("webhooks:messages"):
        address = re.sub(r"/[0-9a-f-]{36}/", f"/{subscribed(cast).pk}/", address)
    if name.startswith("people:masked"):
        address = address.replace("/x.", "/people.households.")
    if name == "audit_export":
        address = "/audit/operations.csv"
    client = Client()
    reader = cast.auditor if name in BY_THE_AUDITOR else cast.officer
    reader = cast.security if name in BY_SECURITY else reader
    reader = cast.administrator if name in BY_THE_ADMINISTRATOR else reader
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    answer: Any = client.post(address) if name in SENT else client.get(address)
    assert answer.status_code == 200, (name, address, answer.status_code)
    return said(b"".join(answer.streaming_content) if answer.streaming else answer.content)


@pytest.mark.django_db
class TestDoors:
    @pytest.mark.parametrize(
        ("name", "address"), [one for one in EXPORTS if one[0] not in ELSEWHERE], ids=lambda one: one
    )
    def test_every_file_carries_the_mark(self, example: Cast, name: str, address: str) -> None:
        assert MARK in answered(example, name, address)

    def test_and_no_file_of_ones_own_house(self, cast: Cast) -> None:
        open_books(cast)
        for name, address in EXPORTS:
            if name not in ELSEWHERE:
                assert MARK not in answered(cast, name, address), name

    def test_no_exemption_is_of_a_door_that_is_gone(self) -> None:
        assert set(ELSEWHERE) | SENT <= {name for name, _ in EXPORTS}

    def test_the_houses_own_root_decides(self, cast: Cast) -> None:
        assert (marks._asked, marks.example_mark()) == ([is_example], None)


@pytest.mark.django_db
class TestPrinted:
    @pytest.mark.parametrize("is_one", [True, False])
    def test_the_report(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:
        from bangfu.reporting.printing import papers
        from bangfu.reporting.reports import drawn

        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        printed = papers._printed(drawn("programme", "zh"), "https://bangfu.example.com")
        assert (MARK in printed.example) is is_one

    @pytest.mark.parametrize("is_one", [True, False])
    def test_certificates(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:
        from bangfu.livelihoods.training import papers

        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        given: list[Any] = []

        def typeset(*asked: Any, **more: Any) -> bytes:
            given.append((asked, more))
            return b""

        monkeypatch.setattr(papers, "typeset", typeset)
        papers.certificates_pdf([], {}, language="zh", check_at="https://bangfu.example.com")
        assert (MARK in str(given)) is is_one

    @pytest.mark.parametrize("is_one", [True, False])
    def test_lists_for_display(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:
        from bangfu.giving.grants import papers

        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        given: list[Any] = []

        def typeset(*asked: Any) -> bytes:
            given.append(asked)
            return b""

        monkeypatch.setattr(papers, "typeset", typeset)
        papers.notices_pdf([], {}, language="zh")
        assert (MARK in str(given)) is is_one

    @pytest.mark.parametrize("is_one", [True, False])
    def test_the_label_of_a_lot(self, cast: Cast, monkeypatch: pytest.MonkeyPatch, is_one: bool) -> None:
        from bangfu.livelihoods.industries import labels

        grown = lot(cast, counted(cast), operator(cast))
        monkeypatch.setattr(marks, "_asked", [lambda: is_one])
        given: list[Any] = []

        def typeset(*asked: Any) -> bytes:
            given.append(asked)
            return b""

        monkeypatch.setattr(labels, "typeset", typeset)
        labels.label_pdf(grown, language="zh", address="https://bangfu.example.com/o/1/")
        assert (MARK in str(given)) is is_one


@pytest.mark.django_db
class TestSheets:
    def test_given_back_rows_carry_it_in_their_properties(self, example: Cast) -> None:
        layout = layout_with_code("grants.paid")
        import polars

        texts = polars.DataFrame({"row": [2], **{column.name: ["x"] for column in layout.columns}})
        for content in (writing.refused_rows(layout, texts, []), writing.typed_rows(layout, texts)):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                assert MARK in parts.read("docProps/core.xml").decode()


@pytest.mark.django_db
class TestCommands:
    def test_figures(self, example: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(figures, "database", nullcontext)
        rows = json.loads(CliRunner().invoke(figures.figures, ["--json"]).output)
        assert {row["example"] for row in rows} == {True}
        assert MARK in CliRunner().invoke(figures.figures, []).output

    def test_books(self, example: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(money, "database", nullcontext)
        assert MARK in CliRunner().invoke(money.money, ["export"]).output
