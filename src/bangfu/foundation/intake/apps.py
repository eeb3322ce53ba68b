"""Django's entry for intake."""

from bangfu.foundation.rooms import RoomConfig


class IntakeConfig(RoomConfig):
    """The intake room."""

    name = "bangfu.foundation.intake"
    label = "intake"

    def ready(self) -> None:
        """Register the room, the layouts of reported measures, who decides a paper of records, what an erasure reaches."""
        super().ready()
        from bangfu.foundation.intake.layouts import generated
        from bangfu.foundation.intake.models import ReportedRecord
        from bangfu.foundation.intake.operations import forget_in_open_sheets
        from bangfu.foundation.intake.reported.operations import return_reported_paper, verify_reported_paper
        from bangfu.foundation.intake.reported.queries import evidence_asked_of
        from bangfu.foundation.intake.reported.sheets import reported_layouts
        from bangfu.foundation.people.persons.operations import erasures
        from bangfu.foundation.people.rekeying import WrappedKeys, wrapped_keys
        from bangfu.foundation.review.register import Facets, columns_of, deciders, demands, facets

        wrapped_keys.append(WrappedKeys("intake_sheetkey", "id", "sheet"))
        erasures.append(forget_in_open_sheets)
        generated.append(reported_layouts)
        deciders["intake.reported_record"] = (verify_reported_paper, return_reported_paper)
        facets["intake.reported_record"] = Facets(
            rows=columns_of(ReportedRecord, happened_on="happened_on", quantity="quantity")
        )
        demands["intake.reported_record"] = evidence_asked_of
