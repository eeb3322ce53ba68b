"""What projects say to programs: whatever is of a project is read by its unit and place, as at the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model, QuerySet

from bangfu.foundation.api.declaring import RoomApi, Seen
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.projects.models import Acceptance, Check, Milestone, Movement, Project
from bangfu.livelihoods.projects.register import VIEW


def _projects(account: Account, on: date) -> QuerySet[Project]:
    return Project.objects.filter(within_grants(account, VIEW, on))


def _of_projects(model: type[Model]) -> Seen:
    """Return what gives the records of a model whose project an account may read."""

    def seen(account: Account, on: date) -> QuerySet[Any]:
        return model._default_manager.filter(project__in=_projects(account, on))

    return seen


API = RoomApi(
    seen={
        "projects.project": _projects,
        "projects.movement": _of_projects(Movement),
        "projects.milestone": _of_projects(Milestone),
        "projects.acceptance": _of_projects(Acceptance),
        "projects.check": _of_projects(Check),
    }
)
