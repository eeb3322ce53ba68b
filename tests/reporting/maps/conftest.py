"""The story's house, and what a publication tells, for the tests of the map."""

from tests.reporting.conftest import story  # noqa: F401 - a fixture
from tests.reporting.publications.conftest import told  # noqa: F401 - a fixture
