"""Forms of the projects room: they read what was typed; what may be recorded is decided by the operations."""

from bangfu.livelihoods.projects.forms.built import (
    YEAR_WORDS,
    AcceptanceForm,
    AssetForm,
    CheckForm,
    ClosingForm,
    MilestoneForm,
    ReachedForm,
)
from bangfu.livelihoods.projects.forms.money import MovementForm, movement_said
from bangfu.livelihoods.projects.forms.projects import (
    AbandonForm,
    BudgetForm,
    ProjectForm,
    RevisionForm,
    StepForm,
    budget_said,
    project_said,
)

__all__ = [
    "YEAR_WORDS",
    "AbandonForm",
    "AcceptanceForm",
    "AssetForm",
    "BudgetForm",
    "CheckForm",
    "ClosingForm",
    "MilestoneForm",
    "MovementForm",
    "ProjectForm",
    "ReachedForm",
    "RevisionForm",
    "StepForm",
    "budget_said",
    "movement_said",
    "project_said",
]
