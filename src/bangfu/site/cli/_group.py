"""The group of all commands: a table read from the files of this folder, imported one by one when needed."""

import ast
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click

FOLDER = Path(__file__).parent
PACKAGE = "bangfu.site.cli"
# Errors whose text is a sentence for whoever typed the command: module and class.
SENTENCES = (
    ("bangfu.site.embedded.errors", "EmbeddedServerError"),
    ("bangfu.foundation.operations", "Refusal"),
    ("django.core.management.base", "CommandError"),
)


@dataclass(frozen=True)
class Entry:
    """Where a command is, and its line in the list of commands."""

    target: str  # "module:function"
    line: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, function = self.target.partition(":")
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command)
        return command


def read_table(folder: Path = FOLDER) -> dict[str, Entry]:
    """Return the commands of a folder by name, without importing any of them."""
    table: dict[str, Entry] = {}
    for path in sorted(folder.glob("[!_]*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for decorator in node.decorator_list:
                if not _makes_command(decorator):
                    continue
                assert isinstance(decorator, ast.Call)
                line = (ast.get_docstring(node) or "").partition("\n")[0]
                name = _name_given(decorator) or path.stem.strip("_").replace("_", "-")
                table[name] = Entry(target=f"{PACKAGE}.{path.stem}:{node.name}", line=line)
    return table


def _makes_command(decorator: ast.expr) -> bool:
    """Answer whether a decorator is ``click.command(…)`` or ``click.group(…)`` itself."""
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and isinstance(decorator.func.value, ast.Name)
        and decorator.func.value.id == "click"
        and decorator.func.attr in ("command", "group")
    )


def _name_given(decorator: ast.Call) -> str | None:
    given = [*decorator.args, *(word.value for word in decorator.keywords if word.arg == "name")]
    return next((str(node.value) for node in given if isinstance(node, ast.Constant)), None)


class Commands(click.Group):
    """Finds commands in the table, and says in a sentence what a person can mend."""

    _table: dict[str, Entry] | None = None

    @property
    def table(self) -> dict[str, Entry]:
        if self._table is None:
            self._table = read_table()
        return self._table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        return None if entry is None else entry.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 · Commands"):
            formatter.write_dl([(name, self.table[name].line) for name in self.list_commands(ctx)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            if _is_sentence(error):
                raise click.ClickException(str(error)) from error
            raise


def _is_sentence(error: Exception) -> bool:
    # Nothing can have raised what has not been imported, and help must not import it.
    kinds = (getattr(sys.modules.get(module), name, None) for module, name in SENTENCES)
    return any(kind is not None and isinstance(error, kind) for kind in kinds)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """帮扶：每个数字都能打开，直到凭证。

    Assistance programmes whose every figure opens down to its evidence.
    """
