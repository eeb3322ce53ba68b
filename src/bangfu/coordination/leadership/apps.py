"""Django's entry for the leadership room."""

from bangfu.foundation.rooms import RoomConfig


class LeadershipConfig(RoomConfig):
    """The leadership room."""

    name = "bangfu.coordination.leadership"
    label = "leadership"

    def ready(self) -> None:
        """Register the room, which of its operations decide a paper of visits, and that visits are proved."""
        super().ready()
        from bangfu.coordination.leadership.models import Visit
        from bangfu.coordination.leadership.operations import return_visits, verify_visits
        from bangfu.coordination.leadership.queries import evidence_asked
        from bangfu.foundation.review.register import Facets, columns_of, deciders, demands, facets

        deciders["leadership.visit"] = (verify_visits, return_visits)
        facets["leadership.visit"] = Facets(rows=columns_of(Visit, happened_on="arrived_on"))
        demands["leadership.visit"] = evidence_asked
