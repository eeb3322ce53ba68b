"""``bangfu figures``: every indicator with its value, counted by the engine that is asked for."""

import csv
import json
import sys

import click

from bangfu.site.cli.database import database

ENGINES = ("postgres", "duckdb", "spark")
FORMATS = ("table", "csv", "json")


@click.command()
@click.option("--place", default="", help="行政区划代码 · Code of a place")
@click.option("--area", default="", help="片区或名单代码，如 poor-832 · Code of an area")
@click.option("--unit", default="", help="单位代码 · Code of a unit")
@click.option("--line", default="", help="专业线代码 · Code of a line")
@click.option("--period", default="", help="2019、2019-Q3、2019-03、2019-03-05、2019-01-01/2019-06-30")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
@click.option(
    "--engine", "name", type=click.Choice(ENGINES), default="postgres", show_default=True,
    help="由谁来算 · Who counts",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="同 --format json · As --format json")
def figures(
    place: str, area: str, unit: str, line: str, period: str, as_of: str, name: str, form: str, as_json: bool
) -> None:
    """列出全部指标的数字 · List the figures of every indicator."""
    with database():
        from bangfu.foundation.rooms.marks import example_mark
        from bangfu.reporting import queries
        from bangfu.reporting.engines.choosing import engine_named
        from bangfu.reporting.exports import COLUMNS, figure_as_json, figure_as_row
        from bangfu.reporting.selection import read_selection

        given = {"place": place, "area": area, "unit": unit, "line": line, "period": period, "as_of": as_of}
        engine = engine_named(name)
        selection = engine.known(read_selection(given, period=queries.usual_period()))
        found = queries.figures_by(engine, selection)
        if as_json or form == "json":
            rows = [figure_as_json(one) for one in found]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        if form == "csv":
            writer = csv.writer(sys.stdout)
            writer.writerow(COLUMNS)
            writer.writerows(figure_as_row(one) for one in found)
            return
        if mark := example_mark():
            click.echo(str(mark))
        block = "" if selection.as_of is None else f" · 区块 block {selection.as_of:,}"
        click.echo(f"{selection.period_words} · {selection.scope_words}{block} · {engine.name}")
        for one in found:
            click.echo(f"{one.indicator.code:<32} {one!s:>16}  {one.indicator.title}  ({one.exact})")
