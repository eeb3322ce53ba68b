"""The attacker's bundle: whatever is changed in it is reported, even when it is signed by the ledger's own key again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from bangfu.foundation.ledger.proofs import verify
from bangfu.reporting.publications.bundle import bundle_path
from tests.reporting.publications.forging import (
    changed,
    encoded,
    faults_of,
    members_of,
    signed_anew,
)
from tests.reporting.publications.test_publishing import frozen
from tests.reporting.story import Story


@pytest.fixture
def bundle(told: Story) -> dict[str, bytes]:
    """The members of a bundle that verifies."""
    frozen(told)
    return members_of(bundle_path(1))


@pytest.fixture
def own_key() -> Ed25519PrivateKey:
    """The ledger's key, as somebody has it who stole it."""
    stored = (Path(settings.SECRETS_FOLDER) / "ledger.key").read_text().strip()
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored))


class TestAnySingleByte:
    @pytest.mark.parametrize("name", [*verify.MEMBERS, verify.COMPANIONS])
    def test_is_reported(self, bundle: dict[str, bytes], name: str, tmp_path: Path) -> None:
        @effort(max_examples=12, suppress_health_check=list(HealthCheck), database=None)
        @given(st.integers(0, len(bundle[name]) - 1), st.integers(1, 255))
        def flip(position: int, mask: int) -> None:
            content = bytearray(bundle[name])
            content[position] ^= mask
            assert faults_of({**bundle, name: bytes(content)}, tmp_path), (position, mask)

        flip()

    def test_of_the_zip_is_reported_or_changes_no_member(
        self, bundle: dict[str, bytes], tmp_path: Path
    ) -> None:
        whole = bundle_path(1).read_bytes()
        path = tmp_path / "flipped.zip"

        @effort(max_examples=60, suppress_health_check=list(HealthCheck), database=None)
        @given(st.integers(0, len(whole) - 1), st.integers(1, 255))
        def flip(position: int, mask: int) -> None:
            content = bytearray(whole)
            content[position] ^= mask
            path.write_bytes(content)
            assert verify.verify_bundle(str(path)) or members_of(path) == bundle

        flip()


class TestWithTheLedgersStolenKey:
    """The manifest is signed anew over what was forged: only facts, proofs and figures can tell."""

    def faults(self, forged: dict[str, bytes], key: Ed25519PrivateKey, tmp_path: Path) -> str:
        return "\n".join(faults_of(signed_anew(forged, key), tmp_path))

    def test_the_same_bundle_signed_again_fits(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        assert self.faults(bundle, own_key, tmp_path) == ""

    def test_a_dropped_fact(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        lines = bundle["facts.jsonl"].splitlines(keepends=True)
        forged = {**bundle, "facts.jsonl": b"".join(lines[:-1])}
        assert "proof" in self.faults(forged, own_key, tmp_path)

    def test_two_facts_in_each_others_place(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        def swap(content: bytes) -> bytes:
            rows = [json.loads(line) for line in content.splitlines()]
            rows[1]["index"], rows[2]["index"] = rows[2]["index"], rows[1]["index"]
            return "".join(json.dumps(row) + "\n" for row in rows).encode()

        assert "root" in self.faults(changed(bundle, "facts.jsonl", swap), own_key, tmp_path)

    def test_a_forged_quantity(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        forged = changed(bundle, "facts.jsonl", lambda text: text.replace(b'"1.0000"', b'"9.0000"', 1))
        assert "fact 1 is not the one that was sealed" in self.faults(forged, own_key, tmp_path)

    def test_a_forged_quantity_with_a_leaf_that_fits_it(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        import base64

        def forge(content: bytes) -> bytes:
            rows = [json.loads(line) for line in content.splitlines()]
            fields = rows[0]["fields"]
            at = verify.FACT_FIELDS.index("quantity")
            fields[at][1] = "9.0000"
            digests = [
                base64.b64decode(one)
                if isinstance(one, str)
                else verify.field_digest(base64.b64decode(one[0]), one[1])
                for one in fields
            ]
            rows[0]["leaf"] = base64.b64encode(verify.leaf_hash(verify.FACT_PREFIX, digests)).decode()
            return "".join(json.dumps(row) + "\n" for row in rows).encode()

        told = self.faults(changed(bundle, "facts.jsonl", forge), own_key, tmp_path)
        assert "do not lead to the root" in told
        assert "figure 1 (network.base_stations)" in told

    def test_a_forged_value(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        forged = changed(bundle, "figures.json", lambda text: text.replace(b'"value":"33"', b'"value":"34"'))
        assert "is said to be 34, and its facts come to 33" in self.faults(forged, own_key, tmp_path)

    def test_a_forged_print(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        forged = changed(
            bundle, "report.html", lambda text: text.replace("33个</a>".encode(), "35个</a>".encode())
        )
        assert "report.html prints '35个' where figure 1 is '33个'" in self.faults(forged, own_key, tmp_path)

    def test_a_forged_print_in_a_companion(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        forged = changed(
            bundle,
            verify.COMPANIONS,
            lambda text: text.replace("33个</a>".encode(), "3.3万个</a>".encode(), 1),
        )
        told = self.faults(forged, own_key, tmp_path)
        assert told == "companions.html prints '3.3万个' where figure 1 is '33个'"

    def test_a_companion_taken_out_or_a_member_put_in(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        without = {name: content for name, content in bundle.items() if name != verify.COMPANIONS}
        assert faults_of(without, tmp_path) == ["the manifest does not name every member"]
        # Whoever has the key can leave it out: then the bundle is one of a report without companions.
        assert self.faults(without, own_key, tmp_path) == ""
        assert "does not hold exactly" in self.faults({**bundle, "more.html": b""}, own_key, tmp_path)

    def test_a_fact_from_elsewhere_under_a_figure(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        def steal(content: bytes) -> bytes:
            said = json.loads(content)
            ceheng = next(one for one in said["figures"] if one["place"] and one["kinds"] == ["flow"])
            whole = next(one for one in said["figures"] if one["kinds"] == ["flow"] and not one["place"])
            ceheng["facts"], ceheng["value"] = whole["facts"], whole["value"]
            return json.dumps(said).encode()

        told = self.faults(changed(bundle, "figures.json", steal), own_key, tmp_path)
        assert "does not belong to figure 2 (network.base_stations): another place" in told

    def test_a_fact_counted_twice(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        def double(content: bytes) -> bytes:
            said = json.loads(content)
            said["figures"][0]["facts"][0].append(said["figures"][0]["facts"][0][-1])
            return json.dumps(said).encode()

        assert "counts a fact twice" in self.faults(
            changed(bundle, "figures.json", double), own_key, tmp_path
        )

    def test_a_definition_of_ones_own(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        forged = changed(
            bundle,
            "references.jsonl",
            lambda text: text.replace(b"network.base_stations", b"network.base_stationz"),
        )
        assert "version" in self.faults(forged, own_key, tmp_path)


class TestWithAnotherKey:
    def test_a_manifest_by_another_key(self, bundle: dict[str, bytes], tmp_path: Path) -> None:
        assert faults_of(signed_anew(bundle, Ed25519PrivateKey.generate()), tmp_path) == [
            "a signature is false, or by no key of the bundle"
        ]

    def test_that_brings_its_own_key_along(self, bundle: dict[str, bytes], tmp_path: Path) -> None:
        mine = Ed25519PrivateKey.generate()
        name = bundle["keys.txt"].decode().split(" ")[0]
        forged = signed_anew({**bundle, "keys.txt": f"{name} {encoded(mine)}\n".encode()}, mine)
        assert "a signature is false, or by no key of the bundle" in faults_of(forged, tmp_path)

    def test_the_key_got_elsewhere_must_have_signed(
        self, bundle: dict[str, bytes], own_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        assert faults_of(bundle, tmp_path, encoded(own_key)) == []
        assert faults_of(bundle, tmp_path, encoded(Ed25519PrivateKey.generate())) == [
            "the bundle is not signed by the key that was given"
        ]


class TestOnAMachineWithPythonAlone:
    def run(self, bundle: dict[str, bytes], forged: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
        (tmp_path / "verify.py").write_bytes(bundle["verify.py"])
        # -I -S: without site packages, without this repository.
        return subprocess.run(
            [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(forged)],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip

    def test_the_bundles_own_program_verifies_it(self, bundle: dict[str, bytes], tmp_path: Path) -> None:
        done = self.run(bundle, bundle_path(1), tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "全部相符 · Everything fits." in done.stdout

    def test_and_ends_with_one_when_something_does_not_fit(
        self, bundle: dict[str, bytes], tmp_path: Path
    ) -> None:
        faults_of(changed(bundle, "report.html", lambda text: text + b" "), tmp_path)
        done = self.run(bundle, tmp_path / "forged.zip", tmp_path)
        assert done.returncode == 1
        assert "report.html is not what was signed" in done.stdout

    def test_is_the_houses_own_file(self, bundle: dict[str, bytes]) -> None:
        assert bundle["verify.py"] == Path(verify.__file__).read_bytes()
