"""The house's address under load, and pgbench beside it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bangfu.site.embedded import join_or_start, make_log_ahead
from bangfu.site.embedded.binaries import find_binaries
from benchmarks._load import Outcome

CONNECTIONS = 500
LOG_BYTES = 2**30


def ready() -> None:
    """Have the log's files lie ready, as ``bangfu live-sale ready`` does before a sale: both sides write the same log."""
    with join_or_start() as urls:
        if urls.superuser is not None:
            make_log_ahead(urls.superuser, size_bytes=LOG_BYTES)


@contextmanager
def served(address: str) -> Iterator[int]:
    """Serve the house's address with one process, and give its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    words = [
        "--interface",
        "rsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "1",
        "--log-level",
        "warning",
        "--no-ws",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "bangfu.site.front.application:application"],
        env=os.environ | {"DATABASE_URL": address},
    ) as process:
        try:
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()


def loaded(port: int, requests: bytes, pace: float = 0.0, *, connections: int = CONNECTIONS) -> Outcome:
    """Send requests, separated by a zero byte, over many connections, and return what came of them.

    Args:
        pace: requests a second; 0: as fast as answers come.
        connections: so many requests are under way at once.
    """
    with tempfile.NamedTemporaryFile() as file:
        file.write(requests)
        file.flush()
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks._load", str(port), file.name, str(connections), str(pace), "120"],
            capture_output=True, text=True, check=True, timeout=180,
        )  # fmt: skip
    return Outcome(**json.loads(answer.stdout))


def pgbench(address: str, script: str, named: Mapping[str, object], *, clients: int, seconds: int) -> float:
    """Return how many transactions a second pgbench makes of a script, prepared, with so many clients."""
    with tempfile.TemporaryDirectory() as folder:
        return _pgbench(Path(folder), address, script, named, clients=clients, seconds=seconds)


def pgbench_paced(
    address: str, script: str, named: Mapping[str, object], *, clients: int, seconds: int, pace: float
) -> Outcome:
    """Return what came of so many transactions a second, each latency from when it was due, as of ``loaded``."""
    with tempfile.TemporaryDirectory() as folder:
        rate = _pgbench(
            Path(folder), address, script, named, "-R", str(pace), "-l", clients=clients, seconds=seconds
        )
        lines = [
            line for file in Path(folder).glob("pgbench_log.*") for line in file.read_text().splitlines()
        ]
    latencies = [int(line.split()[2]) / 1000 for line in lines]
    return Outcome(len(latencies) / rate, {}, latencies)


def _pgbench(
    folder: Path,
    address: str,
    script: str,
    named: Mapping[str, object],
    *more: str,
    clients: int,
    seconds: int,
) -> float:
    program = str(find_binaries().folder / "pgbench")
    words = [word for name, value in named.items() for word in ("-D", f"{name}={value}")]
    path = folder / "script.sql"
    path.write_text(script)
    answer = subprocess.run(
        [
            program, "-n", "-M", "prepared", "-f", str(path), "-c", str(clients), "-j", "1", "-T", str(seconds), *words, *more,
            address,
        ],
        capture_output=True, text=True, check=False, timeout=120, cwd=folder,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", answer.stdout)
    if found is None:
        raise RuntimeError(answer.stderr[-2000:])
    return float(found[1])
