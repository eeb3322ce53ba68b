"""Pages of boxes, bookings and projects: lists, one record, its forms, and who may see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from bangfu.connectivity.network.models import AccessBox, Booking, Project
from bangfu.connectivity.network.operations import (
    assign_station,
    import_boxes,
    register_booking,
    register_box,
    register_station,
    submit_record,
    verify_records,
)
from bangfu.foundation.review.models import Batch
from tests.cast import CEHENG, Cast
from tests.connectivity.network.building import (
    PAPER,
    VOUCHER,
    booking,
    box,
    box_row,
    posted,
    project,
    received,
)
from tests.connectivity.network.reporting import details

BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.mark.django_db
class TestLists:
    def test_narrow_sort_and_export(self, cast: Cast, client: Client, tmp_path: Path) -> None:
        clerk = cast.act(cast.clerk)
        rows = [box_row("FX-1"), box_row("FX-2", port_count=64)]
        upload = received("network.boxes", rows, unit=cast.guizhou, act=clerk, folder=tmp_path)
        import_boxes(upload=upload, act=clerk)
        client.force_login(cast.clerk, backend=BACKEND)
        answer = client.get("/network/boxes/?year=2019&sort=-port_count")
        assert [row["record"].code for row in answer.context["rows"]] == ["FX-2", "FX-1"]
        answer = client.get("/network/boxes/?q=fx-1")
        assert [row["record"].code for row in answer.context["rows"]] == ["FX-1"]
        assert "没有符合条件的记录" in client.get("/network/boxes/?year=2018").content.decode()
        text = b"".join(client.get("/network/boxes.csv?q=FX-2").streaming_content).decode()
        lines = text.splitlines()
        assert lines[1].startswith("FX-2,522327,")
        assert ",64,1:16,2019-09-12,,待核验,1" in lines[1]
        assert "分纤箱清单（记录，不是数字）" in text
        assert client.get("/network/boxes.xlsx").status_code == 200

    @pytest.mark.parametrize("slug", ["boxes", "bookings", "projects"])
    def test_an_empty_list_says_what_to_do_and_strangers_see_none(
        self, cast: Cast, client: Client, slug: str
    ) -> None:
        client.force_login(cast.clerk, backend=BACKEND)
        assert "还没有" in client.get(f"/network/{slug}/").content.decode()
        client.cookies["bangfu_language"] = "en"
        assert "yet" in client.get(f"/network/{slug}/").content.decode()
        client.force_login(cast.outsider, backend=BACKEND)
        assert client.get(f"/network/{slug}/").status_code == 403


@pytest.mark.django_db
class TestOneRecord:
    def test_from_registering_to_withdrawing(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, backend=BACKEND)
        assert client.get("/network/boxes/register").status_code == 200
        said = {
            "key": "1", "unit": cast.guizhou.pk, "code": "fx-1", "place": "册亨县 522327", "port_count": 16,
            "splitter": "1:16", "accepted_on": "2019-09-12", "project": "", "retired_on": "",
        }  # fmt: skip
        answer = client.post("/network/boxes/register", said)
        found = AccessBox.objects.get()
        assert (answer.headers["Location"], found.code) == (f"/network/boxes/{found.pk}/", "FX-1")
        bare = client.post(f"/network/boxes/{found.pk}/submit", {"key": "2"})
        assert (bare.status_code, "没有佐证" in bare.content.decode()) == (409, True)
        assert client.get(f"/network/boxes/{found.pk}/revise").status_code == 200
        said |= {"key": "3", "port_count": 8}
        assert client.post(f"/network/boxes/{found.pk}/revise", said).status_code == 302
        found.refresh_from_db()
        assert found.port_count == 8
        gone = {"key": "4", "reason": "withdrawn", "remark": "重复登记"}
        assert client.post(f"/network/boxes/{found.pk}/withdraw", gone).status_code == 302
        assert "已撤回，不再计数" in client.get(f"/network/boxes/{found.pk}/").content.decode()

    def test_a_counted_booking_is_corrected(self, cast: Cast, client: Client) -> None:
        clerk = cast.act(cast.clerk)
        project(cast.guizhou, clerk)
        found = register_booking(details=booking(), unit=cast.guizhou, files=(VOUCHER,), act=clerk)
        submit_record(record=found, act=clerk)
        verify_records(batch=Batch.objects.get(), act=cast.act(cast.verifier))
        client.force_login(cast.clerk, backend=BACKEND)
        text = client.get(f"/network/bookings/{found.pk}/").content.decode()
        assert "68,865.03" in text
        assert "GZ-2019-07" in text
        assert "核验通过并计入" in text
        assert client.get(f"/network/bookings/{found.pk}/correct").status_code == 200
        said = {
            "key": "1", "project": "GZ-2019-07", "place": "册亨县 522327", "category": "STATION",
            "amount": "68865.00", "booked_on": "2019-09-30", "reason": "wrong_quantity", "remark": "凭证为整元",
        }  # fmt: skip
        assert client.post(f"/network/bookings/{found.pk}/correct", said).status_code == 302
        assert (Booking.objects.get().amount_fen, len(posted())) == (6886500, 2)

    def test_who_verifies_is_led_to_the_paper(self, cast: Cast, client: Client) -> None:
        clerk = cast.act(cast.clerk)
        found = register_box(details=box(), unit=cast.guizhou, files=(PAPER,), act=clerk)
        submit_record(record=found, act=clerk)
        paper = f'href="/review/{Batch.objects.get().pk}/"'
        for account, shown in ((cast.verifier, True), (cast.clerk, False)):
            client.force_login(account, backend=BACKEND)
            assert (paper in client.get(f"/network/boxes/{found.pk}/").content.decode()) is shown
        client.force_login(cast.clerk_of_yunnan, backend=BACKEND)
        assert client.get(f"/network/boxes/{found.pk}/").status_code == 403


@pytest.mark.django_db
class TestProjectPages:
    def test_open_reach_a_stage_and_see_what_belongs_to_it(self, cast: Cast, client: Client) -> None:
        client.force_login(cast.clerk, backend=BACKEND)
        said = {
            "key": "1", "code": "gz-2019-07", "name": "册亨网络", "budget": "1000000", "unit": cast.guizhou.pk,
            "place": "册亨县 522327",
        }  # fmt: skip
        assert client.get("/network/projects/open").status_code == 200
        assert client.post("/network/projects/open", said).status_code == 302
        one = Project.objects.get()
        address = f"/network/projects/{one.pk}/"
        stage = {"key": "2", "stage": "DESIGN", "reached_on": "2019-02-01"}
        assert client.post(f"{address}stage", stage).status_code == 302
        back = client.post(f"{address}stage", {"key": "3", "stage": "SURVEY", "reached_on": "2019-03-01"})
        assert (back.status_code, "不能回到更早的阶段" in back.content.decode()) == (409, True)
        act = cast.act(cast.clerk)
        station = register_station(details=details(CEHENG), unit=cast.guizhou, act=act)
        assign_station(station=station, project=one, act=act)
        register_box(details=box(project="GZ-2019-07"), unit=cast.guizhou, act=act)
        text = client.get(address).content.decode()
        for part in ("1,000,000.00", "2019-02-01", "GZ-CH-0417", "GZ-CH-FX-0001", "端口 16 个"):
            assert part in text
        answer = client.get("/network/projects/?stage=DESIGN&sort=-budget")
        assert [row[0] for row in answer.context["rows"]] == [one]
        assert client.get("/network/projects/?stage=SURVEY").context["rows"] == []
        text = b"".join(client.get("/network/projects.csv").streaming_content).decode()
        assert "GZ-2019-07,册亨网络," in text
        assert ",1000000.00,设计" in text

    def test_a_station_is_assigned_on_its_page(self, cast: Cast, client: Client) -> None:
        act = cast.act(cast.clerk)
        station = register_station(details=details(CEHENG), unit=cast.guizhou, act=act)
        one = project(cast.guizhou, act)
        client.force_login(cast.clerk, backend=BACKEND)
        address = f"/network/stations/{station.pk}/"
        wrong = client.post(f"{address}assign", {"project": "NONE", "key": "1"}, follow=True)
        assert "没有编码为「NONE」的工程" in wrong.content.decode()
        client.post(f"{address}assign", {"project": "gz-2019-07", "key": "2"})
        assert one.name in client.get(address).content.decode()
