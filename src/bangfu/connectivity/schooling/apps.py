"""Django's entry for the schooling room."""

from bangfu.foundation.rooms import RoomConfig


class SchoolingConfig(RoomConfig):
    """The schooling room."""

    name = "bangfu.connectivity.schooling"
    label = "schooling"

    def ready(self) -> None:
        """Register the room, and which of its operations decide a paper of schools."""
        super().ready()
        from bangfu.connectivity.schooling.models import School
        from bangfu.connectivity.schooling.operations import return_schools, verify_schools
        from bangfu.foundation.review.register import Facets, columns_of, deciders, facets

        deciders["schooling.school"] = (verify_schools, return_schools)
        facets["schooling.school"] = Facets(rows=columns_of(School, happened_on="accepted_on"))
