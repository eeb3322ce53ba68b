"""The command ``bangfu``. One file for each command, found by itself.

To add a command, put a file into this folder and decorate its function with ``click.command`` (or
``click.group``): nothing else has to be touched. The first line of the function's docstring is its line in
``bangfu --help``, Chinese first, then English. The command bears the name given to the decorator, or else
the module's own (``open_.py`` is ``open``)::

    import click

    from bangfu.site.cli.database import database


    @click.command()
    @click.argument("code")
    def figures(code: str) -> None:
        \"\"\"列出指标数字 · List figures.\"\"\"
        with database():
            from bangfu.reporting import queries  # Django is ready only in here

            click.echo(queries.…)

``--help`` reads those lines without importing the modules, so it stays quick however much they import.
A command that needs Django does all of its work inside ``database()`` and imports models there. Refusals
and errors of the embedded server end a command with their sentence, without a traceback.
"""

from bangfu.site.cli._group import main

__all__ = ["main"]
