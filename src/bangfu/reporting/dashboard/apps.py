"""Django's entry for the dashboard."""

from bangfu.foundation.rooms import RoomConfig


class DashboardConfig(RoomConfig):
    """How the programme stands, for whoever leads it."""

    name = "bangfu.reporting.dashboard"
    label = "dashboard"
