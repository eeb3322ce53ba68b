"""On the oldest supported PostgreSQL every operation is carried out, and what is left out are repetitions."""

from __future__ import annotations

import re
from pathlib import Path

from tests.oldest import Case, names_in, of_oldest, operation_functions

HOME = Path(__file__).parents[2]
ROOM = "tests/livelihoods/training/test_operations.py"


def test_what_commits_and_the_ledger_run_in_all_their_cases() -> None:
    ledger = "tests/foundation/ledger/test_facts.py"
    names = [f"{ROOM}::TestOpen::test_who_may[1]", f"{ROOM}::TestOpen::test_who_may[2]"]
    facts = [f"{ledger}::test_sum[1]", f"{ledger}::test_sum[2]"]
    assert of_oldest(map(Case, [*names, *facts]), set()) == {names[0], *facts}
    assert of_oldest([Case(names[0]), Case(names[1], commits=True)], set()) == set(names)


def test_of_each_class_the_first_runs_and_whatever_calls_an_operation_first() -> None:
    def case(name: str, *calls: str) -> Case:
        return Case(f"{ROOM}::{name}", calls=frozenset(calls))

    cases = [
        case("TestOpen::test_opens", "open_course", "len"),
        case("TestOpen::test_refuses", "open_course"),
        case("TestOpen::test_closes", "close_course", "sorted"),
        case("test_alone", "open_course"),
        case("test_another"),
    ]
    assert of_oldest(cases, {"open_course", "close_course"}) == {
        cases[0].name, cases[2].name, cases[3].name,
    }  # fmt: skip


def test_names_are_found_in_functions_inside_a_function() -> None:
    def outer() -> object:
        return [lambda: Path.cwd()]

    assert {"Path", "cwd"} <= names_in(outer.__code__)


def test_every_operation_is_called_by_some_test() -> None:
    files = [file for file in (HOME / "tests").rglob("*.py") if "journey" not in file.parts]
    called = set(re.findall(r"\w+", " ".join(file.read_text() for file in files)))
    functions = operation_functions()
    assert len(functions) > 250
    assert functions - called == set()
