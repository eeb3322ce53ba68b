"""Watch a house's ledger: keep its newest checkpoint, and prove each time that nothing that was kept before has been rewritten.

    python example/client/watch_ledger.py --house http://localhost:8000 --key KEY kept.txt

KEY is the public key in base64 as the office gave it, not as the house says now. The file holds the last checkpoint that was
proved; at the first run it is made. Proofs are checked here, by ``verify.py`` of any bundle: the house is not believed. It needs
Python alone, and no token.
"""

from __future__ import annotations

import argparse
import base64
import importlib.util
import json
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import Any

VERIFY = (
    Path(__file__).resolve().parents[2] / "src" / "bangfu" / "foundation" / "ledger" / "proofs" / "verify.py"
)


def verifier(file: Path) -> ModuleType:
    """Return ``verify.py`` as a module, from wherever it lies."""
    found = importlib.util.spec_from_file_location("verify", file)
    if found is None or found.loader is None:
        raise FileNotFoundError(file)
    module = importlib.util.module_from_spec(found)
    sys.modules["verify"] = module
    found.loader.exec_module(module)
    return module


def asked(house: str, path: str, **query: int) -> Any:
    """Return what an open address of the ledger answers."""
    address = f"{house.rstrip('/')}/api/v1/ledger/{path}?{urllib.parse.urlencode(query)}".rstrip("?")
    with urllib.request.urlopen(address, timeout=60) as answer:
        return json.load(answer)


def main(arguments: list[str] | None = None) -> int:
    """Compare the newest checkpoint with the one that was kept; 1 when the ledger was rewritten or is not signed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kept", type=Path)
    parser.add_argument("--house", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--verify", type=Path, default=VERIFY)
    given = parser.parse_args(arguments)
    verify = verifier(given.verify)
    key = base64.b64decode(given.key)
    newest = asked(given.house, "checkpoint")
    try:
        now = signed(verify, newest["note"], key)
        if given.kept.exists():
            kept = json.loads(given.kept.read_text(encoding="utf-8"))
            before = signed(verify, kept["note"], key)
            told = asked(given.house, "consistency", old=kept["block"], new=newest["block"])
            proof = [bytes.fromhex(one) for one in told["proof"]]
            verify.check_consistency(before.size, before.root, now.size, now.root, proof)
            print(f"block {newest['block']} begins with block {kept['block']}: nothing was rewritten")
        else:
            print(f"block {newest['block']} is kept; the next run compares with it")
    except verify.UnableToVerify as fault:
        print(fault, file=sys.stderr)
        return 1
    given.kept.write_text(json.dumps({"block": newest["block"], "note": newest["note"]}), encoding="utf-8")
    return 0


def signed(verify: ModuleType, note: str, key: bytes) -> Any:
    """Return what a checkpoint states, if the key signed it."""
    name = verify.parse_note(note).signatures[0].name
    return verify.check_note(note, name, key)


if __name__ == "__main__":
    raise SystemExit(main())
