"""``bangfu open``: one figure, step by step down to its facts."""

import click

from bangfu.site.cli.database import database

MOST_ROWS = 40


@click.command("open")
@click.argument("indicator")
@click.option("--place", default="", help="行政区划代码 · Code of a place")
@click.option("--area", default="", help="片区或名单代码，如 poor-832 · Code of an area")
@click.option("--unit", default="", help="单位代码 · Code of a unit")
@click.option("--period", default="", help="2019、2019-Q3、2019-03、2019-03-05、2019-01-01/2019-06-30")
@click.option("--as-of", default="", help="区块号或日期 · Block or date")
@click.option(
    "--term",
    default="",
    help="numerator, denominator, target, base：只看这一项 · One term of a ratio or target",
)
@click.option("--step", type=click.Choice(["how", "where", "facts"]), default="where", show_default=True)
def open_(
    indicator: str, place: str, area: str, unit: str, period: str, as_of: str, term: str, step: str
) -> None:
    """打开一个数字 · Open a figure: how it is counted, where it comes from, its facts."""
    with database():
        from bangfu.reporting import queries, telling
        from bangfu.reporting.selection import read_selection

        given = {"place": place, "area": area, "unit": unit, "period": period, "as_of": as_of, "term": term}
        selection = read_selection(given, period=queries.usual_period(indicator))
        opened = queries.opened(indicator, selection)
        for line in telling.lines_of(opened, step, most=MOST_ROWS):
            click.echo(line)
