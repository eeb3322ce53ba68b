"""What the rooms below the API say to it: who reads their records, since they may not call up to say so themselves."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api import exports, hooks, inbox, jobs, papers, sealed
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.findings.models import Finding
from bangfu.foundation.findings.queries import findings_in_reach
from bangfu.foundation.money.models import Entry
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both

_AT_THE_PAGES = both("这件事由人在页面上办理", "It is done at the pages by a person")
_DUTIES = both(
    "账号、角色和密钥由人登录后在页面上办理",
    "Accounts, roles and keys are the work of people who have signed in",
)
_FOR_EVER = both(
    "删除个人信息不可恢复，须由人在页面上办理", "Erasing cannot be undone; a person does it at the page"
)


def _findings(account: Account, on: date) -> QuerySet[Finding]:
    return findings_in_reach(account, on)


def _entries(account: Account, on: date) -> QuerySet[Entry]:
    """As the books do: by the unit whose books they are."""
    return Entry.objects.filter(in_granted_units(account, "money.view", on))


def _refused(reason: Words, *names: str) -> dict[str, Words]:
    return dict.fromkeys(names, reason)


LOWER: dict[str, RoomApi] = {
    "findings": RoomApi(
        seen={"findings.finding": _findings},
        hidden=frozenset({"findings.finding.fingerprint", "findings.finding.substance"}),
    ),
    "ledger": sealed.API,
    "jobs": RoomApi(router=jobs.router),
    "review": papers.API,
    "webhooks": hooks.API,
    "money": RoomApi(seen={"money.entry": _entries}),
    "accounts": RoomApi(
        not_offered=_refused(
            _AT_THE_PAGES,
            "accounts.use_link",
            "accounts.begin_second_factor",
            "accounts.confirm_second_factor",
            "accounts.use_code",
            "accounts.stop_second_factor",
        )
        | _refused(
            _DUTIES,
            "accounts.invite_account",
            "accounts.issue_reset_link",
            "accounts.remove_second_factor",
            "accounts.unlock_account",
        )
    ),
    "notices": RoomApi(
        router=inbox.router,
        not_offered=_refused(
            _DUTIES,
            "notices.settle_mail",
            "notices.settle_text_messages",
            "notices.enter_robot",
            "notices.change_robot",
            "notices.pause_robot",
            "notices.resume_robot",
            "notices.renew_robot_secret",
            "notices.stop_robot",
            "notices.try_channel",
            "notices.try_robot",
            "notices.send_again",
        )
        | _refused(_AT_THE_PAGES, "notices.choose"),
    ),
    "operations": RoomApi(not_offered=_refused(_AT_THE_PAGES, "operations.export_audit")),
    "people": RoomApi(
        router=exports.router,
        not_offered=_refused(_AT_THE_PAGES, "people.change_password", "people.unmask_person")
        | _refused(_DUTIES, "people.open_account", "people.open_system_account", "people.close_account")
        | _refused(_FOR_EVER, "people.erase_person"),
    ),
    "organisation": RoomApi(
        not_offered=_refused(_DUTIES, "organisation.grant_role", "organisation.withdraw_role")
    ),
    "api": RoomApi(
        not_offered=_refused(
            _DUTIES, "api.make_token", "api.make_system_token", "api.revoke_token", "api.revoke_any_token"
        )
    ),
}
"""By room; the rooms above the API have an ``api.py`` of their own instead."""
