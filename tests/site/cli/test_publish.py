"""``bangfu publish`` and ``bangfu verify``."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from click.testing import CliRunner

from bangfu.reporting.publications.bundle import bundle_path
from bangfu.site.cli import publish, verify
from tests.reporting.publications.conftest import story, told  # noqa: F401 - fixtures
from tests.reporting.story import Story


@pytest.fixture(autouse=True)
def _in_the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "database", nullcontext)


def said(*arguments: str) -> str:
    done = CliRunner().invoke(publish.publish, ["programme", *arguments])
    return done.output + str(done.exception or "")


@pytest.mark.django_db
class TestPublish:
    def test_from_preparing_to_a_bundle_that_verifies(self, told: Story) -> None:  # noqa: F811
        assert "已准备，待另一个人批准" in said("--as", "zhoumin")
        assert "没有待处理的发布" in said("--as", "zhoumin", "--freeze")
        assert "已批准，待定稿" in said("--as", "chenli", "--approve")
        assert "已发布第 1 号" in said("--as", "zhoumin", "--freeze")
        done = CliRunner().invoke(verify.verify, [str(bundle_path(1))])
        assert (done.exit_code, "全部相符" in done.output) == (0, True)

    def test_verify_ends_with_one_when_something_does_not_fit(self, told: Story) -> None:  # noqa: F811
        said("--as", "zhoumin")
        said("--as", "chenli", "--approve")
        said("--as", "zhoumin", "--freeze")
        content = bytearray(bundle_path(1).read_bytes())
        content[len(content) // 2] ^= 1
        bundle_path(1).write_bytes(content)
        done = CliRunner().invoke(verify.verify, [str(bundle_path(1))])
        assert (done.exit_code, "不符" in done.output) == (1, True)

    def test_an_account_that_is_not_there(self, told: Story) -> None:  # noqa: F811
        assert "没有账号" in said("--as", "nobody")
