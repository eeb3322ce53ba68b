"""The command ``bangfu``: found by itself, quick to help."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bangfu.site.cli import main
from bangfu.site.cli._group import read_table

SOURCES = Path(__file__).resolve().parents[3] / "src"
ENTRIES = sorted(read_table().items())


class TestTable:
    @pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
    def test_each_command_can_be_imported_and_explains_itself_in_both_languages(
        self, name: str, entry: object
    ) -> None:
        found = read_table()[name]
        assert isinstance(found.load(), click.Command)
        chinese, separator, english = found.line.partition(" · ")
        assert separator
        assert any("一" <= letter <= "鿿" for letter in chinese)
        assert english.isascii()

    def test_names_come_from_the_decorator_or_the_module(self, tmp_path: Path) -> None:
        (tmp_path / "open_.py").write_text('@click.command()\ndef f():\n    """开 · Open."""\n')
        (tmp_path / "b.py").write_text('@click.group("other-name")\ndef f():\n    """组 · Group."""\n')
        (tmp_path / "plain.py").write_text("def f(): ...\n")
        (tmp_path / "_hidden.py").write_text("@click.command()\ndef f(): ...\n")
        table = read_table(tmp_path)
        assert {name: entry.line for name, entry in table.items()} == {
            "open": "开 · Open.",
            "other-name": "组 · Group.",
        }

    def test_subcommands_are_not_commands(self, tmp_path: Path) -> None:
        (tmp_path / "g.py").write_text(
            '@click.group()\ndef g():\n    """组 · G."""\n@g.command()\ndef sub():\n    """子 · S."""\n'
        )
        assert list(read_table(tmp_path)) == ["g"]


class TestHelp:
    def test_lists_every_command_without_importing_django(self) -> None:
        asked = "import sys; from bangfu.site.cli import main; main(['--help'], standalone_mode=False); "
        printed = subprocess.run(
            [sys.executable, "-c", asked + "print('django' in sys.modules, 'psycopg' in sys.modules)"],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(SOURCES), "PYTHONUTF8": "1"},
        ).stdout
        assert all(name in printed for name, _ in ENTRIES)
        assert printed.splitlines()[-1] == "False False"

    def test_names_a_command_that_does_not_exist(self) -> None:
        result = CliRunner().invoke(main, ["nonsense"])
        assert result.exit_code == 2
        assert "nonsense" in result.output
