"""Load a CSV of training completions through the API, from end to end: send, look, confirm, read the figure back.

    python example/client/load_completions.py completions.csv --evidence sign-in.zip --unit P52 --house http://localhost:8000

The token comes from the environment, BANGFU_TOKEN, since command lines are seen by everybody on the machine. The CSV has the
headings of the layout ``training.attendees`` (``--headings`` prints them). Run it again after a broken line: the request keys
are made from the file, so that nothing is imported twice.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any

LAYOUT = "training.attendees"
FIGURE = "training.cadres"
TRIES = 4
EVERY_S = 2.0


class Refused(Exception):  # noqa: N818 - the house's answer
    """The house said no; the problem says why and what to do."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem['code']}: {problem['detail']}")
        self.problem = problem


class House:
    """One bangfu, asked through one token."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address.rstrip("/"), token

    def get(self, path: str, **query: str) -> Any:
        """Return what an address answers."""
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._ask("GET", f"{path}{asked}")

    def post(self, path: str, body: bytes = b"{}", *, kind: str = "application/json", key: str) -> Any:
        """Send something under a request key, by which it is done once however often it is sent."""
        return self._ask("POST", path, body, {"Content-Type": kind, "Idempotency-Key": key})

    def _ask(
        self, method: str, path: str, body: bytes | None = None, more: dict[str, str] | None = None
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en", **(more or {})}
        request = urllib.request.Request(f"{self._address}/api/v1{path}", body, headers, method=method)
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code not in {429, 503} or not left:
                    raise Refused(json.load(error)) from None
                time.sleep(float(error.headers.get("Retry-After", "1")))
        raise AssertionError("the last try answers or raises")


def multipart(fields: dict[str, str], files: dict[str, Path]) -> tuple[bytes, str]:
    """Return a form with files as a body, and its content type."""
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        )
    for name, path in files.items():
        quoted = path.name.replace('"', "%22")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{quoted}"\r\n'
        parts += [
            head.encode(),
            b"Content-Type: application/octet-stream\r\n\r\n",
            path.read_bytes(),
            b"\r\n",
        ]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"


def load(house: House, sheet: Path, evidence: Path, unit: str, *, year: str) -> int:
    """Import the sheet and say how the figure stands, and return the exit status: 1 when rows are refused."""
    digest = hashlib.sha256(sheet.read_bytes() + evidence.read_bytes()).hexdigest()
    print(f"{FIGURE} {year}: {shown(house, unit, year)}")
    body, kind = multipart({"layout": LAYOUT, "unit": unit}, {"sheet": sheet, "evidence": evidence})
    sent = house.post("/uploads", body, kind=kind, key=f"send-{digest}")
    preview = house.get(f"/uploads/{sent['id']}")
    if preview["state"] == "CONFIRMED":
        print(f"imported before, at {preview['confirmed_at']}")
        return 0
    for refusal in preview["refusals"]:
        print(f"row {refusal['row']}, {refusal['column']}: {refusal['why']['en']}", file=sys.stderr)
    if not preview["importable"]:
        house.post(f"/uploads/{sent['id']}/cancel", key=f"cancel-{digest}")
        print("nothing was imported", file=sys.stderr)
        return 1
    done = house.post(f"/uploads/{sent['id']}/confirm", key=f"confirm-{digest}")
    if "state" in done:
        job = finished(house, done)
        if job["state"] != "DONE":
            print(f"{job['code']}: {job['outcome']['en']}", file=sys.stderr)
            return 1
        print(
            f"imported {preview['new']} rows by job {job['id']}; they count once another person verifies them"
        )
    else:
        print(
            f"imported {preview['new']} rows as paper {done['result']['id']}; they count once another person verifies it"
        )
    print(f"{FIGURE} {year}: {shown(house, unit, year)}")
    return 0


def finished(house: House, job: dict[str, Any]) -> dict[str, Any]:
    """Ask how far the job of a long sheet is until it is over, and return it as it ended."""
    while job["state"] in {"WAITING", "RUNNING"}:
        time.sleep(EVERY_S)
        job = house.get(f"/jobs/{job['id']}")
    return job


def shown(house: House, unit: str, year: str) -> str:
    """Return the figure of a unit and year with its exact value."""
    figure = house.get(f"/figures/{FIGURE}", period=year, unit=unit)
    if figure["value"] is None:
        return "no records yet"
    return f"{figure['shown']['en']} (exactly {figure['value']}, from {figure['facts']} facts, block {figure['block']})"


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and load."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sheet", type=Path, nargs="?", help="the CSV of completions")
    parser.add_argument("--evidence", type=Path, help="a zip with the sign-in sheets that the CSV names")
    parser.add_argument("--unit", default="", help="code of the unit that reports")
    parser.add_argument("--house", default="http://localhost:8000", help="address of the house")
    parser.add_argument("--year", default=time.strftime("%Y"), help="of the figure that is read back")
    parser.add_argument("--headings", action="store_true", help="print the headings of the CSV and end")
    asked = parser.parse_args(arguments)
    token = os.environ.get("BANGFU_TOKEN", "")
    if not token:
        parser.error("put a token into BANGFU_TOKEN; make one on the page “API tokens”")
    house = House(asked.house, token)
    try:
        if asked.headings:
            print(",".join(column["title"]["zh"] for column in house.get(f"/layouts/{LAYOUT}")["columns"]))
            return 0
        if asked.sheet is None or asked.evidence is None or not asked.unit:
            parser.error("a sheet, --evidence and --unit are needed")
        return load(house, asked.sheet, asked.evidence, asked.unit, year=asked.year)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2
    except urllib.error.URLError as error:
        print(f"{asked.house} does not answer: {error.reason}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
