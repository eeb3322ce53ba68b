"""Django's entry for the training room."""

from bangfu.foundation.rooms import RoomConfig


class TrainingConfig(RoomConfig):
    """The training room."""

    name = "bangfu.livelihoods.training"
    label = "training"

    def ready(self) -> None:
        """Register the room, which of its operations decide a paper of completions, and what reviewers see of them."""
        super().ready()
        from bangfu.foundation.review.register import Facets, deciders, facets
        from bangfu.livelihoods.training import operations
        from bangfu.livelihoods.training.queries import facets_of_enrolments, facets_of_expenses

        deciders["training.enrolment"] = (operations.verify_completions, operations.return_completions)
        deciders["training.expense"] = (operations.verify_expenses, operations.return_expenses)
        facets["training.enrolment"] = Facets(rows=facets_of_enrolments)
        facets["training.expense"] = Facets(rows=facets_of_expenses)
