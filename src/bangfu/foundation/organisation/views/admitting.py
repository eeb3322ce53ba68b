"""Forms by which an administrator lets people in: invitations, resets, locks and lost second factors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.accounts import codes, queries
from bangfu.foundation.accounts import operations as accounts
from bangfu.foundation.notices.channels import Failed, Message
from bangfu.foundation.notices.secrets import mail_sender
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation import forms
from bangfu.foundation.organisation.views.acting import SHOWN, carried_out, done, refuse_unless
from bangfu.foundation.organisation.views.reading import may, readable_account
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.operations import open_system_account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed


@SHOWN
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody, and show the link once."""
    refuse_unless(may(reader_of(request), "accounts.invite_account"), "accounts.invite_account")
    form = forms.InvitationForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        token = codes.new_token()
        opened = accounts.invite_account(token=token, act=act, **said)
        return _link_shown(request, opened, token)

    context = {"title": both("邀请", "Invite"), "back": reverse("organisation:accounts")}
    return carried_out(request, form, carry_out, context)


@SHOWN
def open_system(request: HttpRequest) -> HttpResponse:
    """Open the account of a system, which never signs in and asks by tokens."""
    refuse_unless(may(reader_of(request), "people.open_system_account"), "people.open_system_account")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        opened = open_system_account(**said, act=act)
        words = both(
            "已开设 {username}。请安全管理员授权，再为它申请令牌。",
            "{username} is open. Let the security administrator grant it roles, then make it a token.",
        ).filled(username=opened.username)
        return done(request, words, "organisation:account", opened.pk)

    context = {
        "title": both("开设系统账号", "Open an account for a system"),
        "note": both(
            "供程序经接口使用，不能登录。", "For a program that uses the API; nobody signs in with it."
        ),
        "back": reverse("organisation:accounts"),
    }
    return carried_out(request, forms.SystemAccountForm(request.POST or None), carry_out, context)


@SHOWN
def reset_password(request: HttpRequest, key: int) -> HttpResponse:
    """Void an account's password and show a link by which its person sets another."""
    reader, found = readable_account(request, key)
    refuse_unless(may(reader, "accounts.issue_reset_link"), "accounts.issue_reset_link")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        token = codes.new_token()
        changed = accounts.issue_reset_link(account=found, token=token, act=act)
        return _link_shown(request, changed, token)

    context = {
        "title": both("发重设密码的链接", "Link for a new password"),
        **_whom(found),
        "note": both(
            "原密码随即失效，此人的登录全部结束；第二因素不变。",
            "The old password is void at once and every sign-in of the account ends; its second factor stays.",
        ),
    }
    return carried_out(request, Keyed(request.POST or None), carry_out, context)


def _whom(found: Account) -> dict[str, Any]:
    return {"account": found, "about": f"{names_of([found])[found.pk]} {found.username}"}


def _link_shown(request: HttpRequest, account: Account, token: str) -> HttpResponse:
    """Show a link to whoever made it, and mail it if it can be; a request sent again made none and shows none."""
    link = queries.link_of(token)
    address = request.build_absolute_uri(reverse("accounts:use_link", kwargs={"token": token}))
    is_mailed = False
    if link and account.email:
        subject = both("帮扶系统：设定您的密码", "bangfu: set your password")
        text = both(
            "请打开这个链接设定密码，只能用一次：\n{address}\n",
            "Open this link to set your password; it works once:\n{address}\n",
        ).filled(address=address)
        is_mailed = _is_mailed(account.email, Message(f"bangfu-link-{link.pk}", str(subject), str(text)))
    context = {
        "account": account,
        "name": names_of([account])[account.pk],
        "address": address if link else None,
        "expires_at": link.expires_at if link else None,
        "is_mailed": is_mailed,
        "may_grant": may(reader_of(request), "organisation.grant_role"),
    }
    response = render(request, "organisation/link.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_mailed(to: str, message: Message) -> bool:
    """Mail a link and return whether the house's server took it; the link is shown all the same."""
    sender = mail_sender()
    if sender is None:
        return False
    try:
        sender.send(to, message)
    except Failed:
        return False
    return True


@SHOWN
def unlock(request: HttpRequest, key: int) -> HttpResponse:
    """Take off the locks on an account's name."""
    reader, found = readable_account(request, key)
    refuse_unless(may(reader, "accounts.unlock_account"), "accounts.unlock_account")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        accounts.unlock_account(account=found, act=act)
        return done(request, both("锁定已解除。", "The lock is off."), "organisation:account", key)

    locks = queries.locks_of(found, timezone.now())
    context = {
        "title": both("解除锁定", "Take off the lock"),
        **_whom(found),
        "note": both(
            "请先向本人核实：输错的是本人，而不是别人在试密码。来自：{addresses}",
            "Ask the person first: was it they who mistyped, or somebody trying passwords? From: {addresses}",
        ).filled(addresses="、".join(lock.address for lock in locks) or "—"),
    }
    return carried_out(request, Keyed(request.POST or None), carry_out, context)


@SHOWN
def remove_second_factor(request: HttpRequest, key: int) -> HttpResponse:
    """Remove a second factor that its person has lost."""
    reader, found = readable_account(request, key)
    refuse_unless(may(reader, "accounts.remove_second_factor"), "accounts.remove_second_factor")

    def carry_out(said: dict[str, Any], act: Act) -> HttpResponse:
        accounts.remove_second_factor(account=found, act=act)
        words = both("第二因素已移除。", "The second factor is removed.")
        return done(request, words, "organisation:account", key)

    context = {
        "title": both("移除第二因素", "Remove the second factor"),
        **_whom(found),
        "note": both(
            "只在本人的手机和恢复码都遗失时移除，并请当面核实身份；此后只凭密码就能登录，直到重新启用。",
            "Only when phone and recovery codes are both lost, and see the person first: "
            "until they enrol again the password alone lets them in.",
        ),
    }
    return carried_out(request, Keyed(request.POST or None), carry_out, context)
