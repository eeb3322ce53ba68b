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
        from bangfu.livelihoods.training.operations import return_completions, verify_completions
        from bangfu.livelihoods.training.queries import facets_of_enrolments

        deciders["training.enrolment"] = (verify_completions, return_completions)
        facets["training.enrolment"] = Facets(rows=facets_of_enrolments)
