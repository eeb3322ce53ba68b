"""The story's house, for targets."""

from tests.reporting.conftest import story  # noqa: F401 - a fixture
