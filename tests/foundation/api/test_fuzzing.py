"""schemathesis sends every address what its description allows and what it does not: no failure, and no 500."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from bangfu.foundation.api.assembling import assembled
from bangfu.foundation.operations import system_writes
from bangfu.foundation.organisation.models import RoleGrant
from bangfu.foundation.rooms import roles
from tests.cast import FOUNDED, enter_cast
from tests.foundation.api.asking import Program
from tests.serving import served

DUTIES = {"administrator", "security_administrator", "auditor"}
"""Nobody holds two of them; their operations answer 403."""
WHOLE = "^/api/v1/(ledger/verify|records/pairing.pairing/|operations/network.submit_station|indicators)"
"""Addresses of each form whose every parameter is tried in turn; at the others what is generated stands for that."""
DEEP = os.environ.get("BANGFU_FUZZ") == "1"
"""Every parameter of every address in turn, and fifty generated requests each: for a night, not for ``make test``."""
OF_OLDEST = 2
"""Generated requests each on the oldest PostgreSQL: what an address does with its database shows in any, what it is asked is
judged in Python, alike on every release."""
SETTINGS: dict[str, Any] = {
    "seed": 57,
    "workers": 1,
    "continue-on-failure": True,
    "request-timeout": 600 if DEEP else 60,
    "generation": {
        "max-examples": 50 if DEEP else 10,
        "deterministic": True,
        "database": "none",
        "no-shrink": True,
    },
    "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": DEEP}},
    "operations": [
        {
            "include-path-regex": WHOLE,
            "phases": {"coverage": {"enabled": True, "unexpected-methods": ["DELETE"]}},
        },
    ],
}


@pytest.fixture
def schema(own_database: str, settings: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The published description, asked through a token that may do all that one account may."""
    generation = dict(SETTINGS["generation"])
    if request.node.get_closest_marker("oldest"):
        generation["max-examples"] = OF_OLDEST
    settings.API_REQUESTS_A_MINUTE = 10**9
    cast = enter_cast()
    with system_writes("a test"):
        RoleGrant.objects.filter(account=cast.officer).delete()
        for role in sorted(roles().keys() - DUTIES):
            RoleGrant.objects.create(account=cast.officer, role=role, unit=cast.group, starts_on=FOUNDED)
    program = Program(cast.officer)
    logging.disable(logging.CRITICAL)  # each problem is a line of Django's log, and they are what is wanted
    with served() as address:
        config = SchemathesisConfig.from_dict(
            {**SETTINGS, "generation": generation, "base-url": address, "headers": program.headers}
        )
        published = assembled().get_openapi_schema(path_prefix="api/v1/")
        yield schemathesis.openapi.from_dict(json.loads(json.dumps(published)), config=config)
    logging.disable(logging.NOTSET)


def failures_of(schema: Any) -> tuple[list[str], set[str]]:
    """Run schemathesis over all of it; return what failed and which addresses were asked."""
    failed, asked = [], set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failed.append(f"{event!r}")
        if not isinstance(event, events.ScenarioFinished):
            continue
        asked.add(event.recorder.label)
        for case, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    sent = event.recorder.interactions[case]
                    failure = check.failure_info.failure
                    failed.append(
                        f"{event.phase} {event.recorder.label}: {check.name}: {failure.title}: {failure.message}"
                        f"\n  {sent.request.method} {sent.request.uri} {sent.request.body!r}"
                        f"\n  {sent.response.status_code} {sent.response.content[:500]!r}"
                    )
    return failed, asked


def test_no_failure_and_no_500(schema: Any) -> None:
    every = {operation.ok().label for operation in schema.get_all_operations()}
    failed, asked = failures_of(schema)
    assert not failed, "\n".join([f"{len(failed)} failures", *failed[:20]])
    assert asked == every
