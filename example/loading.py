"""Loading of the example: province by province, as its branches would, so that a second start takes up what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count

from bangfu.connectivity.network.models import Station
from bangfu.connectivity.network.operations import import_stations, verify_stations
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.operations import receive_upload
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at
from example import house
from example.distribution import PROVINCE_CODES, County, allocation
from example.house import NotTheExample
from example.paperwork import write_evidence, write_sheet
from example.stations import stations_of

__all__ = ["LoadedExample", "NotTheExample", "load_example"]

LAYOUT = "network.stations"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadedExample:
    """What stands after loading."""

    stations: int
    provinces: int
    """How many provinces this call brought in; 0 = the example was complete."""
    accounts: Path
    """Names and passwords."""


def load_example(scale: float = 1.0, progress: Progress | None = None) -> LoadedExample:
    """Load the example, or what is missing of it; a complete one is left alone at once.

    Args:
        scale: above 0 to 1; less makes a smaller programme, for tests.
        progress: told (stations brought in, stations to bring in).

    Raises: NotTheExample: another house stands here; nothing was touched.
    """
    if house.is_somebody_elses():
        house.build_house()
    left = _provinces_left()
    if left:
        house.build_house()
        _bring_in(left, allocation(scale), progress)
    return LoadedExample(Station.objects.count(), len(left), house.accounts_file())


def _provinces_left() -> list[int]:
    """Return the provinces whose paper is not verified yet."""
    verified = Batch.objects.filter(record_type=RECORD_TYPE, state="VERIFIED", unit__code__startswith="EX-")
    units = dict(verified.values_list("unit__code").annotate(Count("pk")))
    return [province for province in PROVINCE_CODES if f"EX-{province}" not in units]


def _bring_in(provinces: list[int], counties: dict[int, list[County]], progress: Progress | None) -> None:
    verifier = Account.objects.get(username="chenli")
    wanted = {
        province: sum(sum(one.stations.values()) for one in counties[province]) for province in provinces
    }
    done, all_ = 0, sum(wanted.values())
    for province in sorted(provinces, key=lambda one: -wanted[one]):
        unit = Unit.objects.get(code=f"EX-{province}")
        paper = _paper_of(unit) or _reported(province, unit, counties[province])
        sample = draw_sample(batch=paper, act=Act.now(verifier))
        sampled = list(sample.records.values_list("record_id", flat=True))
        look_at(batch=paper, records=sampled, act=Act.now(verifier))
        verify_stations(batch=paper, act=Act.now(verifier))
        seal_pending()
        done += wanted[province]
        if progress is not None:
            progress(done, all_)


def _paper_of(unit: Unit) -> Batch | None:
    """Return the paper that a loading which was cut short left for review; null if there is none."""
    return Batch.objects.filter(unit=unit, record_type=RECORD_TYPE, state="SUBMITTED").order_by("pk").first()


def _reported(province: int, unit: Unit, counties: list[County]) -> Batch:
    """Write a branch's files, upload them as its clerk and import them; return the paper that waits for review."""
    clerk = Account.objects.get(username=house.clerk_of(province))
    upload = (
        Upload.objects.filter(unit=unit, layout=LAYOUT, state=Upload.State.PREVIEWED).order_by("pk").last()
    )
    if upload is None:
        folder = Path(settings.VAR) / "example"
        folder.mkdir(parents=True, exist_ok=True)
        sheet = folder / f"示例-{PROVINCE_CODES[province]}-基站验收.xlsx"
        evidence = folder / f"示例-{PROVINCE_CODES[province]}-佐证.zip"
        made = stations_of(province, counties, builder=unit.name_zh)
        write_sheet(sheet, made, habit=province)
        write_evidence(evidence, made)
        upload = receive_upload(
            layout=LAYOUT,
            unit=unit,
            name=sheet.name,
            content=sheet.read_bytes(),
            evidence=evidence,
            act=Act.now(clerk),
        )
    return import_stations(upload=upload, act=Act.now(clerk))
