"""The story's house, with an officer's program."""

from tests.reporting.conftest import short_report, story  # noqa: F401
