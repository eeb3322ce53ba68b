"""A sheet of 100,000 rows × 12 columns through the real path, against bare reading plus COPY and django-import-export.

The real path: the upload is kept with its evidence, read, checked by its room, shown as a preview, and confirmed: the
stations are registered, their evidence attached, and all submitted for review on one paper. The bare baseline reads the
same file with calamine and copies finished columns into the same table, with its indexes, constraints and triggers; it
finds no heading, checks nothing, and knows no place, evidence or review. Each turn runs in a process of its own, so that
its peak memory is its own. Target: 0.33 (3 × the bare baseline), under 500 MB.

Beside the seconds that passed, the processor time of each turn is printed, its own and that of its server process: on a
machine that others use it tells what the wall clock cannot. The server's is seen on the same Linux machine only.

django-import-export imports the same rows into the same tables, sites and stations, as its manual says: a resource with
widgets for foreign keys, by its default options and by its bulk options (batches, no diff), a dry run and then the import as
its own pages do. It is spared what it does not know: the counties' names (it is given their numbers), evidence and review.
Its rows are fewer, as it is too slow for all; both are printed in rows a second. Target: 50 × its defaults.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._scratch import founded, report, scratch_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bangfu.foundation.organisation.models import Unit
    from bangfu.foundation.people.models import Account

ROWS = 100_000
ROUNDS = 3
THEIRS = {"defaults": 5_000, "bulk": 20_000}
"""How many of the rows django-import-export is given."""
LAYOUT = "network.stations"
HEADINGS = (
    "基站编码", "站址编码", "站址名称", "所在县（市、区）", "制式", "频段", "承建方", "共享方", "验收日期", "开通日期",
    "转固日期", "单站测试记录",
)  # fmt: skip
PROCESSOR = "_processor"
"""Behind the name of a stage: its processor time."""
COUNTIES = ("册亨县", "望谟", "贵州省贞丰县", "522301", "普安县", "晴隆县")
"""As a province writes them."""
COUNTY_KEYS = ("522327000000", "522326000000", "522325000000", "522301000000", "522323000000", "522324000000")
"""The same, as keys of places."""
LOGS = 40
CHILD = "import django; django.setup(); from benchmarks.intake import child; child()"
FIRST = date(2019, 1, 1)


def sheet(
    folder: Path, *, turn: str, rows: int = ROWS, counties: tuple[str, ...] = COUNTIES
) -> tuple[Path, Path]:
    """Write a sheet as a province fills it in, with its evidence zip, and return both paths."""
    import xlsxwriter

    path, evidence = folder / f"{turn}.xlsx", folder / f"{turn}.zip"
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet("数据")
        page.write_row(0, 0, HEADINGS)
        for number in range(1, rows + 1):
            county = counties[number // 3 % len(counties)]
            page.write_row(
                number, 0,
                (f"{turn}-{number:06}", f"TT-{turn}-{number // 3:06}", f"{number // 3}号站址", county,
                 ("4G", "5G")[number % 2], "900 MHz", "示例通信贵州分公司", ""),
            )  # fmt: skip
            for column, days in ((8, 60), (9, 30), (10, 90)):
                page.write_datetime(number, column, FIRST + timedelta(days=number % 300 + days))
            page.write_string(number, 11, f"log-{number % LOGS}.txt")
    with zipfile.ZipFile(evidence, "w") as archive:
        for log in range(LOGS):
            archive.writestr(f"log-{log}.txt", f"{turn} {log} RSRP -92 dBm\n")
    return path, evidence


@contextmanager
def _measured(stages: dict[str, float], name: str) -> Iterator[None]:
    import time

    started, used = time.perf_counter(), _processor_s()
    yield
    stages[name] = time.perf_counter() - started
    stages[f"{name}{PROCESSOR}"] = _processor_s() - used


def _processor_s() -> float:
    """Return the processor time of this process and of its server process so far; of the latter only where it can be seen."""
    import time

    from django.db import connection

    used = time.process_time()
    server = connection.connection.info.backend_pid if connection.connection is not None else 0
    status = Path(f"/proc/{server}/stat")
    if server and status.exists():
        fields = status.read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def ours(path: Path, evidence: Path, *, unit: Unit, account: Account) -> dict[str, float]:
    """Take a sheet in as a branch does and return the seconds of each stage."""
    from bangfu.foundation.intake import posting, queries, showing
    from bangfu.foundation.intake.layouts import layout_with_code
    from bangfu.foundation.intake.operations import receive_upload
    from bangfu.foundation.operations import Act

    act = Act.now(account)
    stages: dict[str, float] = {}
    with _measured(stages, "upload"):
        upload = receive_upload(
            layout=LAYOUT, unit=unit, name=path.name, content=path.read_bytes(), evidence=evidence, act=Act.now(account)
        )  # fmt: skip
    with _measured(stages, "preview"):
        preview = queries.preview(upload)
        showing.sample(preview)
        facts = posting.coming(preview.layout, preview.checked, upload)
        figures = posting.figures(facts, unit=unit, reader=account, on=act.on)
    if not figures.lines:
        raise SystemExit("the preview says nothing of figures")
    if preview.checked.refusals:
        raise SystemExit(f"the benchmark's own sheet is refused: {preview.checked.refusals[0]}")
    del preview, facts  # the page is shown, and its process at rest
    with _measured(stages, "confirm"):
        layout_with_code(LAYOUT).confirm(upload=upload, act=Act.now(account))
    return stages


def bare(path: Path, *, unit: Unit, account: Account, turn: str) -> dict[str, float]:
    """Read a sheet with calamine and copy its rows, finished, into the table of stations; the time to finish them is left out."""
    import polars
    from django.db import connection, transaction
    from python_calamine import CalamineWorkbook

    from bangfu.foundation.operations import system_writes

    stages: dict[str, float] = {}
    with _measured(stages, "read"):
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    rows = rows[1:]
    with system_writes("a baseline"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO network_site (code, name, place_id) VALUES (%s, '', 522327000000) RETURNING id",
            [f"bare {turn}"],
        )
        (site,) = cursor.fetchone()
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('network_station', 'id')) FROM generate_series(1, %s)",
            [len(rows)],
        )
        keys = [key for (key,) in cursor.fetchall()]
    frame = polars.DataFrame(
        {"id": keys, "code": [row[0] for row in rows], "technology": [row[4] for row in rows],
         "band": [row[5] for row in rows], "builder": [row[6] for row in rows], "sharer": [row[7] for row in rows],
         "accepted_on": [row[8] for row in rows], "on_air_on": [row[9] for row in rows],
         "capitalised_on": [row[10] for row in rows]}
    ).with_columns(
        revision=polars.lit(1), site_id=polars.lit(site), unit_id=polars.lit(unit.pk),
        place_id=polars.lit(522327000000), registered_at=polars.lit("2020-01-01"),
        registered_by_id=polars.lit(account.pk), withdrawal_reason=polars.lit(""), withdrawal_remark=polars.lit(""),
    )  # fmt: skip
    content = frame.write_csv(include_header=False, quote_style="non_numeric").encode()
    statement = f"COPY network_station ({', '.join(frame.columns)}) FROM STDIN (FORMAT csv)"
    with (
        system_writes("a baseline"),
        _measured(stages, "copy"),
        transaction.atomic(),
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
    ):
        copy.write(content)
    return stages


def theirs(path: Path, *, unit: Unit, account: Account, options: str, rows: int) -> dict[str, float]:
    """Import the first rows of a sheet with django-import-export: a dry run for its preview, then the import."""
    import tablib
    from django.utils import timezone
    from import_export import fields, resources, widgets

    from bangfu.connectivity.network.models import Site, Station
    from bangfu.foundation.operations import system_writes
    from bangfu.foundation.places.models import Place

    code, site, site_name, county = HEADINGS[:4]
    columns = {
        "code": (code, None),
        "site": (site, widgets.ForeignKeyWidget(Site, "code")),
        "place": (county, widgets.ForeignKeyWidget(Place)),
        **dict(zip(("technology", "band", "builder", "sharer"), ((name, None) for name in HEADINGS[4:8]), strict=True)),
        **{
            name: (heading, widgets.DateWidget())
            for name, heading in zip(("accepted_on", "on_air_on", "capitalised_on"), HEADINGS[8:11], strict=True)
        },
    }  # fmt: skip

    class Stations(resources.ModelResource):
        def before_import_row(self, row: Any, **kwargs: Any) -> None:
            asked = {"name": row[site_name], "place_id": int(row[county])}
            Site.objects.get_or_create(code=row[site], defaults=asked)

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.unit, instance.registered_by, instance.registered_at = unit, account, timezone.now()

    meta: dict[str, Any] = {"model": Station, "import_id_fields": ("code",), "fields": tuple(columns)}
    if options == "bulk":
        meta |= {"use_bulk": True, "batch_size": 1000, "skip_diff": True, "force_init_instance": True}
    written = {
        name: fields.Field(
            attribute=name, column_name=heading, **({"widget": widget} if widget else {"default": ""})
        )
        for name, (heading, widget) in columns.items()
    }
    chosen = type("Resource", (Stations,), {**written, "Meta": type("Meta", (), meta)})
    stages: dict[str, float] = {}
    with system_writes("a baseline"), _measured(stages, "import"):
        data = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        if len(data) != rows:
            raise SystemExit(f"expected {rows} rows, found {len(data)}")
        for dry_run in (True, False):
            result = chosen().import_data(data, dry_run=dry_run, raise_errors=True)
            if result.totals["new"] != rows:
                raise SystemExit(f"only {result.totals} were imported")
    return stages


def in_child(what: str, *, database: str, **arguments: Any) -> dict[str, float]:
    """Run one turn in a process of its own and return the seconds of its stages, with ``peak_mb``, its peak memory."""
    command = [sys.executable, "-c", CHILD, json.dumps({"what": what, **arguments})]
    home = Path(__file__).resolve().parents[1]
    around = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "bangfu.site.settings"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=home, env=around)
    return json.loads(done.stdout.strip().splitlines()[-1])


def child() -> None:
    """Do the turn that the command line asks for and print what it took."""
    _turn(**json.loads(sys.argv[1]))


def _turn(what: str, *, path: str, warm: str, **arguments: Any) -> None:
    from bangfu.foundation.organisation.models import Unit
    from bangfu.foundation.people.models import Account
    from bangfu.foundation.rooms.register import enter

    enter(_bench())
    unit, account = Unit.objects.get(), Account.objects.get(username="bench")
    if what == "ours":
        ours(Path(warm), Path(warm).with_suffix(".zip"), unit=unit, account=account)
        stages = ours(Path(path), Path(path).with_suffix(".zip"), unit=unit, account=account)
    elif what == "bare":
        stages = bare(Path(path), unit=unit, account=account, **arguments)
    else:
        stages = theirs(Path(path), unit=unit, account=account, **arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**stages, "peak_mb": peak}))


def _bench() -> Any:
    from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

    permissions = frozenset({"intake.receive_upload", "network.import_stations", "reporting.view"})
    return RoomDeclaration(
        code="bench", wing=Wing.FOUNDATION, title=both("基准", "Bench"), icon="chart", about=both("基准", "Bench"),
        roles=(RoleDeclaration("administrator", both("管理员", "Administrator"), permissions),),
    )  # fmt: skip


def run() -> None:
    """Measure and print the ratios."""
    with scratch_database("intake") as database, tempfile.TemporaryDirectory() as kept:
        founded(date(2015, 1, 1))
        folder = Path(kept)
        os.environ["BANGFU_VAR"] = str(folder / "var")
        turns: dict[str, list[dict[str, float]]] = {"ours": [], "bare": []}
        for turn in range(ROUNDS):
            for what in ("bare", "ours"):
                path, _ = sheet(folder, turn=f"{what[0]}{turn}")
                warm, _ = sheet(folder, turn=f"w{what[0]}{turn}", rows=10)
                extra = {"turn": str(turn)} if what == "bare" else {}
                turns[what].append(in_child(what, database=database, path=str(path), warm=str(warm), **extra))
                print(what, {name: round(value, 2) for name, value in turns[what][-1].items()})
        rates, used_rates = {}, {}
        for options, rows in THEIRS.items():
            path, _ = sheet(folder, turn=f"t{options}", rows=rows, counties=COUNTY_KEYS)
            took = in_child("theirs", database=database, path=str(path), warm="", options=options, rows=rows)
            rates[options] = rows / took["import"]
            used_rates[options] = rows / took[f"import{PROCESSOR}"]
        whole = {what: [_seconds(turn) for turn in turns[what]] for what in turns}
        peak = {what: max(turn["peak_mb"] for turn in turns[what]) for what in turns}
        rate = ROWS / statistics.median(whole["ours"])
        for options, theirs_rate in rates.items():
            print(
                f"intake against django-import-export, {options}: {rate / theirs_rate:.0f} × ({rate:,.0f} against"
                f" {theirs_rate:,.0f} rows/s, theirs on {THEIRS[options]:,} rows)"
            )
        print(f"intake peak {peak['ours']:.0f} MB, bare {peak['bare']:.0f} MB; load {os.getloadavg()[0]:.1f}")
        used = {what: [_seconds(turn, of=PROCESSOR) for turn in turns[what]] for what in turns}
        ours_used, bare_used = statistics.median(used["ours"]), statistics.median(used["bare"])
        print(
            f"intake processor time: {ours_used:.1f} s against {bare_used:.1f} s, {ours_used / bare_used:.2f} ×; against"
            " django-import-export, "
            + ", ".join(f"{name} {ROWS / ours_used / rate:.0f} ×" for name, rate in used_rates.items())
        )
        report("intake", baseline=whole["bare"], ours=whole["ours"])


def _seconds(turn: dict[str, float], *, of: str = "") -> float:
    stages = [stage for stage in turn if stage != "peak_mb"]
    return sum(turn[stage] for stage in stages if stage.endswith(PROCESSOR) == bool(of))
