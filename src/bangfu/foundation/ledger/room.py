"""What the ledger declares."""

from datetime import datetime, time

from bangfu.foundation.rooms import Hours, PeriodicDeclaration, RoomDeclaration, Wing, Words, both

SNAPSHOT = both("写入条目", "writing entries")


def _has_snapshot(now: datetime) -> bool:
    from django.conf import settings

    from bangfu.foundation.ledger.snapshots.manifest import has_manifest

    return has_manifest(settings.SNAPSHOT_FOLDER)


def _bring_up_to_date(now: datetime) -> Words:
    import psycopg
    from django.conf import settings
    from django.db import connection

    from bangfu.foundation.ledger.snapshots.writing import write_from
    from bangfu.foundation.operations import progress

    with psycopg.connect(**connection.get_connection_params()) as link:
        link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        link.read_only = True
        written = write_from(
            link,
            settings.SNAPSHOT_FOLDER.resolve(),
            progress=lambda done, of: progress(SNAPSHOT, done=done, of=of),
        )
    return both(
        "快照到区块 {block}，新写 {rows} 条。", "The snapshot reaches block {block}; {rows} new entries."
    ).filled(block=written.manifest.block, rows=written.rows)


ROOM = RoomDeclaration(
    code="ledger",
    wing=Wing.FOUNDATION,
    title=both("账册", "Ledger"),
    icon="list",
    about=both("只增不改的事实；分块封存。", "Facts that are only added, never changed; sealed in blocks."),
    in_menu=False,
    periodic=(
        PeriodicDeclaration(
            code="ledger.write_snapshot",
            title=both("补写账册快照", "Bring the ledger's snapshot up to date"),
            hours=Hours(after=time(4, 0)),
            run=_bring_up_to_date,
            when=_has_snapshot,
        ),
    ),
)
