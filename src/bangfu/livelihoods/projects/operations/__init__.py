"""Everything that writes projects and their money."""

from bangfu.livelihoods.projects.money_rules import MovementDetails, UnableToMove
from bangfu.livelihoods.projects.operations.building import (
    AssetDetails,
    UnableToBuild,
    UnableToCheck,
    accept_project,
    close_project,
    plan_milestone,
    reach_milestone,
    record_check,
    register_asset,
    revise_milestone,
)
from bangfu.livelihoods.projects.operations.entering import (
    UnableToStep,
    abandon_project,
    admit_project,
    approve_project,
    begin_project,
    change_budget,
    enter_project,
    revise_project,
)
from bangfu.livelihoods.projects.operations.importing import import_movements, import_projects
from bangfu.livelihoods.projects.operations.moving import (
    enter_movement,
    return_movements,
    revise_movement,
    verify_movements,
    withdraw_movement,
)
from bangfu.livelihoods.projects.rules import BudgetLine, ProjectDetails, UnableToEnter

__all__ = [
    "AssetDetails",
    "BudgetLine",
    "MovementDetails",
    "ProjectDetails",
    "UnableToBuild",
    "UnableToCheck",
    "UnableToEnter",
    "UnableToMove",
    "UnableToStep",
    "abandon_project",
    "accept_project",
    "admit_project",
    "approve_project",
    "begin_project",
    "change_budget",
    "close_project",
    "enter_movement",
    "enter_project",
    "import_movements",
    "import_projects",
    "plan_milestone",
    "reach_milestone",
    "record_check",
    "register_asset",
    "return_movements",
    "revise_milestone",
    "revise_movement",
    "revise_project",
    "verify_movements",
    "withdraw_movement",
]
