"""What a process does that a test is going to kill: it says a word at each moment, and stops at the one it was given."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import django


def main(deed: str, moment: str, folder: str) -> None:
    """Do a deed over and over, until the moment comes at which it waits to be killed.

    Args:
        deed: ``post``, ``seal`` or ``publish``.
        moment: a word that the deed says; it waits there. Empty is never.
        folder: where publications and the texts of reports lie.
    """
    gc.disable()  # it begins as quickly as the product does
    django.setup()
    gc.freeze()
    gc.enable()
    from django.conf import settings

    from bangfu.reporting import texts

    settings.PUBLICATIONS_FOLDER = Path(folder) / "publications"
    texts.FOLDER = Path(folder) / "texts"

    def say(word: str) -> None:
        sys.stdout.write(f"{word}\n")
        sys.stdout.flush()
        if moment and word.split()[0] == moment:
            sys.stdin.read()
            raise SystemExit

    {"post": _post, "seal": _seal, "publish": _publish}[deed](say)


def _post(say: Callable[[str], None]) -> NoReturn:
    """Say ``written`` before each commit, and ``posted`` with the source of the first fact after it."""
    from bangfu.connectivity.network.measures import STATIONS
    from bangfu.foundation.ledger import operations as ledger
    from bangfu.foundation.organisation import permissions
    from bangfu.foundation.organisation.models import Unit
    from bangfu.foundation.people.models import Account
    from tests.cast import CEHENG
    from tests.reporting import story

    # Every process has sources of its own: the same source posts once.
    story._numbers = count(os.getpid() * 1_000_000)
    permissions.role_permissions = lambda code: frozenset({"story.post"})
    post_many = ledger.post_many

    def lingering(*arguments: object, **named: object) -> object:
        done = post_many(*arguments, **named)
        say("written")
        return done

    ledger.post_many = lingering  # type: ignore[assignment]
    people = SimpleNamespace(
        officer=Account.objects.get(username="zhoumin"), guizhou=Unit.objects.get(code="P52")
    )
    told = story.Story(people)
    for turn in count():
        facts = told.post(STATIONS, [1] * 20, unit=None, place=CEHENG, on=date(2017, 1, 1 + turn % 28))
        say(f"posted {facts[0]}")
    raise AssertionError


def _seal(say: Callable[[str], None]) -> NoReturn:
    """Say ``hashed`` before each commit, and ``sealed`` with the block after it."""
    from bangfu.foundation.ledger import sealing

    text_of = sealing.checkpoint_text

    def lingering(*arguments: object) -> str:
        say("hashed")
        return text_of(*arguments)

    sealing.checkpoint_text = lingering  # type: ignore[assignment]
    while True:
        if (block := sealing.seal_pending()) is not None:
            say(f"sealed {block}")


def _publish(say: Callable[[str], None]) -> NoReturn:
    """Say ``entered`` and ``kept`` before the commits of preparing and freezing, ``prepared`` and ``frozen`` after them."""
    from bangfu.foundation.operations import Act
    from bangfu.foundation.people.models import Account
    from bangfu.reporting.publications import operations
    from tests.cast import NOW

    officer, verifier = (Account.objects.get(username=name) for name in ("zhoumin", "chenli"))
    entering, keeping = operations._enter_figure, operations.keep_bundle

    def lingering_entry(publication: object, position: int, figure: object) -> None:
        entering(publication, position, figure)
        say("entered")

    def lingering_keeping(number: int, content: bytes) -> None:
        keeping(number, content)
        say("kept")

    operations._enter_figure, operations.keep_bundle = lingering_entry, lingering_keeping
    while True:
        prepared = operations.prepare_publication(report="programme", act=Act(actor=officer, at=NOW))
        say(f"prepared {prepared.pk}")
        operations.approve_publication(publication=prepared, act=Act(actor=verifier, at=NOW))
        frozen = operations.freeze_publication(publication=prepared, act=Act(actor=officer, at=NOW))
        say(f"frozen {frozen.number} {frozen.digest}")


if __name__ == "__main__":
    main(*sys.argv[1:])
