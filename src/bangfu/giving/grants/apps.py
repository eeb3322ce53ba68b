"""Django's entry for the grants room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class GrantsConfig(RoomConfig):
    """The grants room."""

    name = "bangfu.giving.grants"
    label = "grants"

    def ready(self) -> None:
        """Enter the room, and let it be asked before payments of grants are reported and funds closed, and call-backs be
        watched."""
        super().ready()
        import_module("bangfu.giving.grants.watching")
        from bangfu.foundation.money.keeping import enter_keeper
        from bangfu.foundation.review.register import enter_guard
        from bangfu.giving.grants.guarding import refuse_doubled_grants
        from bangfu.giving.grants.keeping import waited_for

        enter_keeper(waited_for)
        enter_guard(refuse_doubled_grants)
