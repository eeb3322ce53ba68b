"""``bangfu run``: says where to look and how to sign in."""

from pathlib import Path

from bangfu.site.cli.run import where_to_look


class TestWhereToLook:
    def test_names_the_address_and_the_accounts(self, tmp_path: Path) -> None:
        accounts = tmp_path / "accounts.txt"
        accounts.write_text(
            "# 示例账号\nzhoumin\tsecret1\t周敏\t经办 officer\nclerk-yunnan\tsecret2\t段青\t经办 clerk\n"
        )
        said = where_to_look("http://localhost:8000", accounts=accounts)
        assert "http://localhost:8000" in said
        assert "zhoumin    secret1        周敏 经办 officer" in said
        assert "secret2" not in said
        assert str(accounts) in said

    def test_names_no_accounts_where_there_is_no_example(self, tmp_path: Path) -> None:
        said = where_to_look("http://localhost:8000", accounts=tmp_path / "none")
        assert said.split("\n") == [
            "",
            "帮扶 bangfu → http://localhost:8000",
            "",
            "Ctrl-C 停止 · stops everything.",
        ]
