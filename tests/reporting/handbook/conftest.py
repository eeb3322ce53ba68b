"""The story's house, for the handbook."""

from tests.reporting.conftest import story  # noqa: F401 - a fixture
