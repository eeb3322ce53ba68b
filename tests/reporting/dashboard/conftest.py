"""The story's house, for the dashboard."""

from tests.reporting.conftest import short_report, story  # noqa: F401 - fixtures
