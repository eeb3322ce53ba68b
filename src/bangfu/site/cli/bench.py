"""``bangfu bench``: measure a headline ratio on this machine."""

from importlib import import_module
from pathlib import Path

import click

BENCHMARKS = "benchmarks"


def names() -> list[str]:
    """Return the benchmarks there are; none outside a checkout."""
    folder = Path(__file__).resolve().parents[4] / BENCHMARKS
    return sorted(path.stem.replace("_", "-") for path in folder.glob("[!_]*.py"))


@click.command()
@click.argument("name", required=False)
@click.option(
    "--small",
    is_flag=True,
    help="只看跑不跑得通，比值不算数 · Only see that it runs; the ratio says nothing.",
)
def bench(name: str | None, small: bool) -> None:
    """运行基准测试 · Run a benchmark and print its ratio; without a name, list them."""
    if name is None:
        for found in names():
            click.echo(found)
        return
    if name not in names():
        raise click.ClickException(
            f"没有基准 {name} · There is no benchmark {name}; there are: {', '.join(names()) or '-'}."
        )
    from bangfu.site.cli.database import database

    import_module(f"{BENCHMARKS}._sizes").choose(is_small=small)
    with database():
        import_module(f"{BENCHMARKS}.{name.replace('-', '_')}").run()
