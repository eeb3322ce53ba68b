"""``bangfu figures``: every indicator with its value."""

import json

import click

from bangfu.site.cli.database import database


@click.command()
@click.option("--place", default="", help="行政区划代码 · Code of a place")
@click.option("--area", default="", help="片区或名单代码，如 poor-832 · Code of an area")
@click.option("--unit", default="", help="单位代码 · Code of a unit")
@click.option("--period", default="", help="2019、2019-Q3、2019-03、2019-03-05、2019-01-01/2019-06-30")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
@click.option("--json", "as_json", is_flag=True, help="供程序读取 · For programs")
def figures(place: str, area: str, unit: str, period: str, as_of: str, as_json: bool) -> None:
    """列出指标数字 · List the figures."""
    with database():
        from bangfu.foundation.rooms.marks import example_mark
        from bangfu.reporting import queries
        from bangfu.reporting.exports import figure_as_json
        from bangfu.reporting.indicators import indicators
        from bangfu.reporting.selection import read_selection

        given = {"place": place, "area": area, "unit": unit, "period": period, "as_of": as_of}
        selection = read_selection(given, period=queries.usual_period())
        found = [queries.figure_in(one.code, selection) for one in indicators()]
        if as_json:
            rows = [figure_as_json(one) for one in found]
            click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        if mark := example_mark():
            click.echo(str(mark))
        click.echo(f"{selection.period_words} · {selection.scope_words}")
        for one in found:
            click.echo(f"{one.indicator.code:<32} {one!s:>16}  {one.indicator.title}  ({one.exact})")
