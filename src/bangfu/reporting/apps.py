"""Django's entry for reporting."""

from django.apps import apps
from django.db.models.signals import post_migrate

from bangfu.foundation.rooms import RoomConfig


class ReportingConfig(RoomConfig):
    """Reads every indicator file when the house starts, so that a wrong one stops it and not a reader's page."""

    name = "bangfu.reporting"
    label = "reporting"

    def ready(self) -> None:
        """Register the room, then read and check the indicators of all rooms."""
        super().ready()
        from bangfu.reporting import indicators
        from bangfu.reporting.versions import enter_versions

        indicators.load_all()
        # Django tells only apps with tables of their own that the tables stand.
        ledger = apps.get_app_config("ledger")
        post_migrate.connect(enter_versions, sender=ledger, dispatch_uid="bangfu.definitions")
