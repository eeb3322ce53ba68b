"""A program that asks the API through a token, as the tests of the API need it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from bangfu.foundation.api.models import ApiToken
from bangfu.foundation.api.operations import make_token
from bangfu.foundation.api.tokens import digest_of, new_token, prefix_of
from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account

ROOT = "/api/v1"


@dataclass
class Program:
    """Whoever holds a token of an account."""

    account: Account
    permissions: list[str] | None = None
    is_read_only: bool = False
    token: str = field(default_factory=new_token)
    client: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        self.made: ApiToken = make_token(
            account=self.account, name="测试", prefix=prefix_of(self.token), digest=digest_of(self.token),
            permissions=self.permissions, is_read_only=self.is_read_only,
            expires_at=timezone.now() + timedelta(days=30), act=Act.now(self.account),
        )  # fmt: skip

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def get(self, path: str, query: dict[str, Any] | None = None, **headers: str) -> Any:
        return self.client.get(f"{ROOT}{path}", query or {}, headers={**self.headers, **named(headers)})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"{ROOT}{path}", data=json.dumps(body), content_type="application/json",
            headers={**self.headers, **named(headers)},
        )  # fmt: skip


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
