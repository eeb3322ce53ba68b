"""Where the embedded server's files lie."""

import os
from pathlib import Path

import pytest

from bangfu.site.embedded import EmbeddedServerError
from bangfu.site.embedded.account import Account
from bangfu.site.embedded.home import make_home


class Shut(Account):
    """An account that no folder lets in."""

    def can_enter(self, folder: Path) -> bool:
        return False


def this_user() -> Account:
    return Account(name="me", uid=os.geteuid(), gid=os.getegid(), switch=False)


class TestMakeHome:
    def test_is_below_var(self, tmp_path: Path) -> None:
        home = make_home(tmp_path / "var", account=this_user())
        assert home.data == tmp_path / "var" / "postgres" / "data"
        assert not home.elsewhere

    def test_never_starts_an_empty_database_beside_one_that_is_out_of_reach(self, tmp_path: Path) -> None:
        make_home(tmp_path, account=this_user()).data.mkdir()
        with pytest.raises(EmbeddedServerError, match="the account shut may not enter"):
            make_home(tmp_path, account=Shut(name="shut", uid=1, gid=1, switch=True))

    def test_a_folder_that_another_start_makes_meanwhile_is_shared(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = make_home(tmp_path / "var", account=this_user())
        first.lock.touch()
        # As it was when the second one looked.
        monkeypatch.setattr(Path, "is_dir", lambda path: path != first.folder and os.path.isdir(path))  # noqa: PTH112
        assert make_home(tmp_path / "var", account=this_user()) == first
        assert [one.name for one in (tmp_path / "var").iterdir()] == ["postgres"]

    def test_others_may_enter_whatever_the_umask(self, tmp_path: Path) -> None:
        before = os.umask(0o077)
        try:
            home = make_home(tmp_path / "var", account=this_user())
        finally:
            os.umask(before)
        assert home.folder.stat().st_mode & 0o777 == 0o711


class TestSocketFolder:
    def test_leaves_a_folder_alone_that_is_not_its_own(self, tmp_path: Path) -> None:
        home = make_home(tmp_path / "var", account=this_user())
        precious = tmp_path / "precious"
        precious.mkdir()
        home.where.write_text(f'{{"socket": "{precious}"}}')
        home.remove_socket_folder()
        assert precious.is_dir()
        assert not home.where.exists()
