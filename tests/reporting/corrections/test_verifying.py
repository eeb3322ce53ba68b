"""What a stranger finds out from an erratum's file and the publication's bundle, with the stolen key and without."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.proofs.notes import signature_line
from bangfu.foundation.ledger.proofs.verify import parse_note
from bangfu.reporting.corrections.proving import erratum_path
from bangfu.reporting.corrections.verify_erratum import MEMBERS, NOTE, faults_between, verify_erratum
from bangfu.reporting.publications.bundle import bundle_path
from tests.cast import CEHENG
from tests.reporting.corrections.conftest import COVERAGE, IN_CEHENG, STATIONS, STUDENTS, Published
from tests.reporting.corrections.test_pages import text
from tests.reporting.kinds import party
from tests.reporting.publications.forging import changed, encoded
from tests.reporting.publications.test_pages import door


def members() -> dict[str, bytes]:
    with zipfile.ZipFile(erratum_path(1, 1)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def faults(forged: Mapping[str, bytes], folder: Path, key: str | None = None) -> list[str]:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in forged.items():
            archive.writestr(name, content)
    path = folder / "forged.zip"
    path.write_bytes(written.getvalue())
    return faults_between(str(path), str(bundle_path(1)), key)


def signed_anew(
    forged: Mapping[str, bytes],
    key: Ed25519PrivateKey,
    change: Callable[[dict[str, Any]], object] = lambda said: None,
) -> dict[str, bytes]:
    """Return the members under a note that fits them, changed and signed by a key under the ledger's name."""
    note = parse_note(forged[NOTE].decode())
    title, written, _ = note.text.split("\n")
    said = json.loads(written)
    said["digests"] = {name: hashlib.sha256(forged[name]).hexdigest() for name in MEMBERS if name != NOTE}
    change(said)
    text = f"{title}\n{json.dumps(said, ensure_ascii=False)}\n"
    line = signature_line(text, name=note.signatures[0].name, key=key)
    return {**forged, NOTE: f"{text}\n{line}".encode()}


@pytest.fixture
def erratum(published: Published) -> dict[str, bytes]:
    """Stations, students and the share corrected: late ones, a reversal, and a party that was counted before."""
    story = published.story
    measures = declared_measures()
    parties = [party(1), *(party(number) for number in range(20, 26))]
    story.post(
        measures["grants.students"], [1] * 7, unit=None, place=CEHENG, on=date(2019, 3, 5), parties=parties
    )
    story.post(measures["network.covered_villages"], [1], unit=None, place=CEHENG, on=date(2018, 5, 1))
    published.change()
    published.corrected(STATIONS, IN_CEHENG, STUDENTS, COVERAGE)
    return members()


class TestTheFile:
    def test_fits_with_the_bundle(self, erratum: dict[str, bytes]) -> None:
        assert verify_erratum(str(erratum_path(1, 1)), str(bundle_path(1))) == []
        said = json.loads(erratum[NOTE].decode().split("\n")[1])
        assert [one["new"]["shown"]["zh"] for one in said["figures"]] == ["34个", "30个", "14名", "100.0%"]

    def test_shows_no_party_and_of_people_month_and_province_only(self, erratum: dict[str, bytes]) -> None:
        lines = [json.loads(line) for line in erratum["facts.jsonl"].decode().splitlines()]
        assert len(lines) == 11
        written = b"".join(erratum.values()).decode()
        for number in (1, 20, 25):
            assert str(party(number)) not in written
        about_people = [line for line in lines if line["party"]]
        shown = {sum(isinstance(field, list) for field in line["fields"]) for line in about_people}
        assert (len(about_people), shown) == (7, {8})  # seven that always are, and the province

    def test_is_handed_over_to_everybody(self, erratum: dict[str, bytes]) -> None:
        answer = door().get("/corrections/published/1/errata/1/erratum.zip")
        assert b"".join(answer.streaming_content) == erratum_path(1, 1).read_bytes()
        assert "verify_erratum.py" in text(door().get("/corrections/published/1/errata/1/"))

    def test_later_errata_fit_as_well(self, erratum: dict[str, bytes], published: Published) -> None:
        published.more(2)
        published.corrected(STATIONS)
        assert verify_erratum(str(erratum_path(1, 2)), str(bundle_path(1))) == []
        assert verify_erratum(str(erratum_path(1, 1)), str(bundle_path(1))) == []


class TestForged:
    def test_any_member(self, erratum: dict[str, bytes], tmp_path: Path) -> None:
        for name in MEMBERS:
            for at in (0, len(erratum[name]) // 2, len(erratum[name]) - 1):
                content = bytearray(erratum[name])
                content[at] ^= 1
                assert faults({**erratum, name: bytes(content)}, tmp_path), (name, at)

    def test_by_another_key(self, erratum: dict[str, bytes], tmp_path: Path) -> None:
        forged = signed_anew(erratum, Ed25519PrivateKey.generate())
        assert faults(forged, tmp_path) == ["a signature is false, or by no key of the bundle"]
        other = encoded(Ed25519PrivateKey.generate())
        assert faults(erratum, tmp_path, other) == ["a signature is false, or by no key of the bundle"]

    def test_with_the_stolen_key_a_value_a_print_and_what_was(
        self, erratum: dict[str, bytes], tmp_path: Path
    ) -> None:
        key = keys.signer().key
        assert faults(signed_anew(erratum, key), tmp_path) == []

        def forge(change: Callable[[dict[str, Any]], object]) -> list[str]:
            return faults(signed_anew(erratum, key, change), tmp_path)

        first = "figure 1 (network.base_stations)"
        assert forge(lambda said: said["figures"][0]["new"].update(value="35")) == [
            f"{first} is said to be 35, and its facts come to 34.0000"
        ]
        assert forge(lambda said: said["figures"][0]["new"]["shown"].update(zh="35个")) == [
            f"{first} prints 35个, and its value is shown as 34个"
        ]
        assert forge(lambda said: said["figures"][0]["old"].update(value="32")) == [
            f"{first} was published otherwise than the erratum says"
        ]
        assert forge(lambda said: said["figures"][2]["causes"][0]["facts"].pop()) == [
            "figure 3 (grants.students) is said to be 14, and its facts come to 13",
            "figure 3 (grants.students) prints 14名, and its value is shown as 13名",
            "figure 3 (grants.students) prints 14 pupils, and its value is shown as 13 pupils",
            "some facts of the erratum stand under no figure",
        ]

    def test_with_the_stolen_key_a_dropped_fact_and_one_from_elsewhere(
        self, erratum: dict[str, bytes], tmp_path: Path
    ) -> None:
        key = keys.signer().key
        dropped = changed(erratum, "facts.jsonl", lambda text: text.split(b"\n", 1)[1])
        # Which of both depends on where its entries happen to lie in the tree.
        assert faults(signed_anew(dropped, key), tmp_path)[0] in {
            "a proof is too short",
            "a proof is too long",
        }

        def elsewhere(said: dict[str, Any]) -> None:
            stations = next(one for one in said["figures"][0]["causes"] if one["kind"] == "LATE")
            said["figures"][2]["causes"][0]["facts"].append(stations["facts"][0])

        assert any("another measure" in one for one in faults(signed_anew(erratum, key, elsewhere), tmp_path))

    def test_of_another_publication(self, erratum: dict[str, bytes], tmp_path: Path) -> None:
        forged = signed_anew(erratum, keys.signer().key, lambda said: said.update(published_block=99))
        assert faults(forged, tmp_path) == ["the erratum is of another publication"]


class TestOnAMachineWithPythonAlone:
    def run(self, erratum: dict[str, bytes], path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
        with zipfile.ZipFile(bundle_path(1)) as archive:
            (folder / "verify.py").write_bytes(archive.read("verify.py"))
        (folder / "verify_erratum.py").write_bytes(erratum["verify_erratum.py"])
        # -S -E: without site packages, without this repository.
        return subprocess.run(
            [sys.executable, "-I", "-S", "verify_erratum.py", str(path), str(bundle_path(1))],
            capture_output=True, text=True, check=False, cwd=folder,
        )  # fmt: skip

    def test_its_own_program_verifies_it(self, erratum: dict[str, bytes], tmp_path: Path) -> None:
        done = self.run(erratum, erratum_path(1, 1), tmp_path)
        assert (done.returncode, done.stderr, done.stdout) == (0, "", "全部相符 · Everything fits.\n")
        faults(changed(erratum, "proof.txt", lambda text: text[:-10]), tmp_path)
        done = self.run(erratum, tmp_path / "forged.zip", tmp_path)
        assert done.returncode == 1
        assert "proof.txt is not what was signed" in done.stdout
