"""Settings of the embedded server: fit for the machine, safe before fast."""

import os
from collections.abc import Mapping
from pathlib import Path

MIB = 1024 * 1024


def memory_of_machine() -> int:
    """Return the bytes of memory this process may count on: the machine's, or its container's if less."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = Path(limit).read_text().strip() if Path(limit).is_file() else ""
        if text.isdigit():
            memory = min(memory, int(text))
    return memory


def shared_memory_folder_is_small() -> bool:
    """Answer whether /dev/shm is too small for parallel queries (containers often give it 64 MB)."""
    try:
        found = os.statvfs("/dev/shm")
    except OSError:
        return True
    return found.f_blocks * found.f_frsize < 256 * MIB


def settings_for(*, memory_bytes: int, small_shared_memory: bool) -> dict[str, str]:
    """Return the server's settings for a machine with so much memory.

    >>> settings_for(memory_bytes=8 * 2**30, small_shared_memory=False)["shared_buffers"]
    '512MB'
    >>> settings_for(memory_bytes=2 * 2**30, small_shared_memory=False)["shared_buffers"]
    '256MB'
    """

    def share(parts: int, *, least: int, most: int) -> str:
        return f"{max(least, min(most, memory_bytes // MIB // parts))}MB"

    return {
        # who may come in: this machine, through our folder, with a password
        "listen_addresses": "",
        "port": "5432",
        "password_encryption": "scram-sha-256",
        "max_connections": "100",
        # nothing that was committed is lost
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # memory
        "shared_buffers": share(8, least=64, most=512),
        "effective_cache_size": share(2, least=128, most=8192),
        "maintenance_work_mem": share(16, least=64, most=256),
        "work_mem": share(128, least=8, most=32),
        "dynamic_shared_memory_type": "mmap" if small_shared_memory else "posix",
        # writing in bulk
        "max_wal_size": "2GB",
        "min_wal_size": "1GB",  # files of the log that lie ready: whoever commits while one is made waits 70 ms
        "wal_compression": "off",  # after a checkpoint every page is logged whole: compressed, that halts whoever pays for 0.2 s
        "checkpoint_timeout": "10min",
        "checkpoint_completion_target": "0.9",
        # pages are written out before somebody who commits needs their room
        "bgwriter_delay": "50ms",
        "bgwriter_lru_maxpages": "1000",
        "bgwriter_lru_multiplier": "4",
        # solid-state disks, short queries
        "random_page_cost": "1.1",
        "jit": "off",
        # the same answer everywhere
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "datestyle": "iso, ymd",
        "log_min_messages": "warning",
        "log_line_prefix": "%m [%p] %q%u@%d ",
    }


def as_configuration(settings: Mapping[str, str], *, include: str | None = None) -> str:
    """Write settings as a postgresql.conf; those in `include` (null = none), a file beside it, come last."""
    lines = ["# Written by bangfu at every start. Settings of your own go into local.conf beside this file."]
    lines += [f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()]
    if include is not None:
        lines.append(f"include = '{include}'")
    return "\n".join(lines) + "\n"
