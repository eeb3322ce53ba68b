"""What every template knows of the house."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.jobs.queries import unfinished_of
from bangfu.foundation.notices.queries import unread_count
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.organisation.queries import home_unit, is_example, permissions_of
from bangfu.foundation.rooms import both
from bangfu.site.today import acted_at, known_count

REPORTS = "reporting:reports"
MENU = (
    (both("今日", "Today"), "home", None),
    (both("工作", "Work"), "work", None),
    (both("数字", "Figures"), "reporting:figures", "reporting.view"),
    (both("地图", "Map"), "map:map", "reporting.view"),
    (both("报告", "Reports"), REPORTS, "reporting.view"),
    (both("查核", "Audit"), "audit", "operations.view_audit"),
)
"""Label, URL name and the permission without which the door is not shown."""
PUBLISHED = "publications:all_published"
"""Where reports are read by whoever may not see the figures of the whole programme, which is what a report shows."""
MOST_JOBS = 9
"""More of the reader's own that wait or run are not counted in the page's head."""


def _menu(path: str, held: frozenset[str], *, reads_reports: bool) -> list[dict[str, Any]]:
    entries = []
    for label, name, permission in MENU:
        if permission is None or permission in held:
            url = reverse(PUBLISHED if name == REPORTS and not reads_reports else name)
            active = path == url if url == "/" else path.startswith(url)
            entries.append({"label": label, "url": url, "active": active, "waits": name == "home"})
    return entries


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the menu, whether this is the example house, and who reads in which unit."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": [], "example": is_example()}
    today = timezone.localdate()
    unit, held = home_unit(user, today), permissions_of(user, today)
    return {
        "menu": _menu(request.path, held, reads_reports=allows(user, "reporting.view", Scope(), today)),
        "waiting_count": known_count(user, acted_at(request.COOKIES)),
        "reads_trail": "operations.view_audit" in held,
        "example": is_example(),
        "account_menu": [
            {
                "label": both("我的岗位与授权", "My posts and grants"),
                "url": reverse("organisation:account", kwargs={"key": user.pk}),
            },
            {"label": both("通知", "Notices"), "url": reverse("notices:inbox")},
            {"label": both("我的后台任务", "My jobs"), "url": reverse("jobs:jobs")},
            {"label": both("修改密码", "Change my password"), "url": reverse("people:password")},
            {"label": both("第二因素", "Second factor"), "url": reverse("accounts:second_factor")},
            {"label": both("API 令牌", "API tokens"), "url": reverse("api:tokens")},
            {"label": both("事件通知", "Webhooks"), "url": reverse("webhooks:subscriptions")},
        ],
        "unread": partial(unread_count, user),
        "my_jobs": partial(list, unfinished_of(user)[:MOST_JOBS]),
        "viewer": {"name": user.display_name, "unit": unit.name if unit else ""},
    }
