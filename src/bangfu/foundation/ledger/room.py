"""What the ledger declares."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="ledger",
    wing=Wing.FOUNDATION,
    title=both("账册", "Ledger"),
    icon="book",
    about=both("只增不改的事实；分块封存。", "Facts that are only added, never changed; sealed in blocks."),
    in_menu=False,
)
