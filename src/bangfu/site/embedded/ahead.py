"""What the database would otherwise do while many buy, done ahead of it: files of its log made, and tables tidied up.

Whoever commits while a new file is made waits for that, some fifty milliseconds each; tidying up takes processors for seconds.
"""

import psycopg

LIKE_A_FILE = "^[0-9A-F]{24}$"
MOST_FILES = 64
"""As many as the server keeps between two checkpoints; it would remove more."""


def make_log_ahead(superuser: str, *, size_bytes: int) -> int:
    """Let so much of the log lie ready, and return how many files were made; none where enough do already.

    Args:
        superuser: the address of the role that may end a file of the log early.
        size_bytes: how much will be written; what is over ``MOST_FILES`` is not made.
    """
    with psycopg.connect(superuser, autocommit=True) as server:
        row = server.execute(
            "SELECT (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'), count(*)"
            " FROM pg_ls_waldir() WHERE name ~ %s AND name > pg_walfile_name(pg_current_wal_insert_lsn())",
            [LIKE_A_FILE],
        ).fetchone()
        assert row is not None
        file_bytes, ready = row
        wanted = min(MOST_FILES, -(-size_bytes // file_bytes))
        if ready >= wanted:
            return 0
        for _ in range(wanted):  # those that lie ready are used up first, and come back with the others
            server.execute("SELECT pg_logical_emit_message(false, 'bangfu', ''), pg_switch_wal()")
        server.execute(
            "CHECKPOINT"
        )  # what is written out is of use again, under the names of the files to come
    return int(wanted - ready)


def tidy_up(owner: str) -> None:
    """Clear what changes left behind in the tables, and count them anew: the server then does not begin to for a while.

    Args:
        owner: the address of the role whose tables they are.
    """
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("VACUUM (ANALYZE)")
