"""``bangfu import``."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from django.utils import translation

from bangfu.foundation.evidence.models import EvidenceFile
from bangfu.foundation.intake.layouts import Layout
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.organisation.models import Post
from bangfu.site.cli import main
from tests.cast import Cast, enter_cast
from tests.foundation.intake.toy import row, xlsx, zipped

LOG = b"GZ-1 RSRP -92 dBm\n"


@pytest.fixture
def house(own_database: str, toy: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """The cast in a database to which the command connects by its address."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with translation.override("zh-hans"):
        yield enter_cast()


def run(folder: Path, content: bytes, *more: str, unit: str = "P52", username: str = "weilan") -> Result:
    (folder / "岗位.xlsx").write_bytes(content)
    arguments = ["import", "toy.posts", str(folder / "岗位.xlsx"), "--unit", unit, "--as", username, *more]
    return CliRunner().invoke(main, arguments)


class TestImport:
    def test_imports_a_sheet_with_its_evidence(self, house: Cast, tmp_path: Path) -> None:
        evidence = zipped(tmp_path / "e.zip", {"1.txt": LOG})
        result = run(tmp_path, xlsx(row("GZ-1", photo="1.txt"), row("GZ-2")), "--evidence", str(evidence))
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == (
            "新增 new 2 · 更正 changed 0 · 不变 same 0 · 不能导入 refused 0\n  2019：+6 人岗位人数\n"
            f"已导入 · Imported: #{Upload.objects.get().pk}\n"
        )
        assert Post.objects.count() == 2

    def test_writes_nothing_on_a_dry_run(self, house: Cast, tmp_path: Path) -> None:
        evidence = zipped(tmp_path / "e.zip", {"1.txt": LOG})
        result = run(tmp_path, xlsx(row("GZ-1", photo="1.txt")), "--evidence", str(evidence), "--dry-run")
        assert (result.exit_code, result.stderr) == (0, "")
        assert (
            result.stdout
            == "新增 new 1 · 更正 changed 0 · 不变 same 0 · 不能导入 refused 0\n  2019：+3 人岗位人数\n"
        )
        assert not Upload.objects.exists()
        assert not EvidenceFile.objects.exists()
        assert not Post.objects.exists()

    @pytest.mark.parametrize("more", [(), ("--dry-run",)])
    def test_names_refused_rows_and_fails(self, house: Cast, tmp_path: Path, more: tuple[str, ...]) -> None:
        result = run(tmp_path, xlsx(row("GZ-1"), row("GZ-2", seats="x")), *more)
        assert result.exit_code == 1
        assert result.stderr == "  3: 「人数」不是数字：x。请只填数字，不带单位。\n"
        assert not Post.objects.exists()
        assert list(Upload.objects.values_list("state", flat=True)) == ([] if more else ["CANCELLED"])

    def test_imports_the_good_rows_when_asked_and_writes_the_others(
        self, house: Cast, tmp_path: Path
    ) -> None:
        out = tmp_path / "rest.xlsx"
        result = run(tmp_path, xlsx(row("GZ-1"), row("GZ-2", seats="x")), "--returned", str(out))
        assert result.exit_code == 0
        assert result.stdout.endswith(f"未导入的行 · Rows left out: {out}\n")
        assert list(Post.objects.values_list("title_zh", flat=True)) == ["GZ-1"]
        assert openpyxl.load_workbook(out).worksheets[0]["A2"].value == "GZ-2"

    def test_cancels_what_has_nothing_new(self, house: Cast, tmp_path: Path) -> None:
        run(tmp_path, xlsx(row("GZ-1")))
        result = run(tmp_path, xlsx(row("GZ-1", remark="又")))
        assert result.exit_code == 1
        assert "没有新的内容可以导入" in result.stderr
        assert sorted(Upload.objects.values_list("state", flat=True)) == ["CANCELLED", "CONFIRMED"]

    @pytest.mark.parametrize(
        ("unit", "username", "said"),
        [
            ("P99", "weilan", "没有单位"),
            ("P52", "nobody", "没有账号"),
            ("P53", "weilan", "没有在此范围内做这件事的权限"),
        ],
    )
    def test_says_who_and_where_is_wrong(
        self, house: Cast, tmp_path: Path, unit: str, username: str, said: str
    ) -> None:
        result = run(tmp_path, xlsx(row("GZ-1")), unit=unit, username=username)
        assert result.exit_code == 1
        assert said in result.stderr
        assert not Upload.objects.exists()
