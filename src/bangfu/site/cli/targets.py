"""``bangfu targets``: how far the annual pledges are, for a terminal and for programs."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import click

from bangfu.site.cli.database import database


@click.command()
@click.option(
    "--year", type=int, help="哪一年的责任书；默认今年 · Pledges of which year; this year's without it."
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="截至哪一天；默认今天 · At the end of which day; today without it.",
)
@click.option(
    "--unit", "code", help="只看这个单位及其下属的目标 · Only targets of this unit and those below."
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · Print JSON.")
def targets(year: int | None, on: datetime | None, code: str | None, as_json: bool) -> None:
    """责任书完成情况 · How far annual pledges are.

    每行一项目标：单位、指标、目标、完成、完成率、预计、灯。

    One target a line: unit, indicator, target, so far, share, forecast, light.
    """
    with database():
        from django.utils import timezone

        from bangfu.foundation.rooms.marks import example_mark

        day = min(on.date(), timezone.localdate()) if on else timezone.localdate()
        rows = list(_rows(year or day.year, day, code))
        if as_json:
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        if mark := example_mark():
            click.echo(str(mark))
        for row in rows:
            said = (
                row["unit"],
                row["title"],
                row["target"],
                row["value"] or "—",
                row["share"],
                row["forecast"] or "—",
            )
            click.echo("\t".join((*said, row["light_words"])))
        if not rows:
            click.echo("没有生效的目标 · No targets are in force.")


def _rows(year: int, on: date, code: str | None) -> Any:
    from bangfu.foundation.organisation.queries import unit_with_code
    from bangfu.foundation.rooms.marks import example_mark
    from bangfu.reporting.display import plain_text
    from bangfu.reporting.targets.completion import percent, progress_of
    from bangfu.reporting.targets.lights import lights_on
    from bangfu.reporting.targets.models import Pledge
    from bangfu.reporting.targets.queries import in_force, targets_of, versions_of
    from bangfu.reporting.targets.rules import indicator_called

    above = unit_with_code(code) if code else None
    if code and above is None:
        raise click.ClickException(f"没有编码为 {code} 的单位 · There is no unit {code}")
    for pledge in Pledge.objects.filter(year=year).select_related("unit").order_by("unit__path", "pk"):
        standing = in_force(versions_of(pledge.pk), on)
        if standing is None:
            continue
        wanted = [
            one
            for one in targets_of(standing.version.pk)
            if indicator_called(one.indicator) and (above is None or one.unit.path.startswith(above.path))
        ]
        for one in progress_of(wanted, year=year, signatory=pledge.unit, on=on, lights=lights_on(on)):
            yield {
                "example": example_mark() is not None,
                "pledge": pledge.title,
                "unit": one.unit.code,
                "indicator": one.indicator.code,
                "title": str(one.indicator.title),
                "direction": str(one.target.direction),
                "target": plain_text(one.target.quantity),
                "value": None if one.figure.value is None else plain_text(one.figure.value),
                "share": percent(one.share),
                "time": percent(one.time_share),
                "forecast": None if one.ahead.value is None else plain_text(one.ahead.value),
                "method": one.ahead.method.value,
                "light": one.light.value,
                "light_words": str(one.light_words),
                "due_on": one.target.due_on.isoformat(),
                "address": one.figure.address,
            }
