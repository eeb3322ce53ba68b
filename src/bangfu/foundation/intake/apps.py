"""Django's entry for intake."""

from bangfu.foundation.rooms import RoomConfig


class IntakeConfig(RoomConfig):
    """The intake room."""

    name = "bangfu.foundation.intake"
    label = "intake"

    def ready(self) -> None:
        """Register the room, the layouts of reported measures, and which operations decide a paper of records."""
        super().ready()
        from bangfu.foundation.intake.layouts import generated
        from bangfu.foundation.intake.reported.operations import return_reported_paper, verify_reported_paper
        from bangfu.foundation.intake.reported.sheets import reported_layouts
        from bangfu.foundation.review.register import deciders

        generated.append(reported_layouts)
        deciders["intake.reported_record"] = (verify_reported_paper, return_reported_paper)
