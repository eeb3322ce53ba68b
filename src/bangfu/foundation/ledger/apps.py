"""Django's entry for the ledger."""

from django.db.models.signals import post_migrate

from bangfu.foundation.rooms import RoomConfig


class LedgerConfig(RoomConfig):
    """Enters the catalogue of measures after each migration."""

    name = "bangfu.foundation.ledger"
    label = "ledger"

    def ready(self) -> None:
        """Register the room; measures that rooms declare get their rows once the tables stand."""
        super().ready()
        from bangfu.foundation.ledger.catalogue import enter_measures

        post_migrate.connect(enter_measures, sender=self, dispatch_uid="bangfu.measures")
