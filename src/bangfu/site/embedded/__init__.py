"""The embedded database server: PostgreSQL for a laptop and for production, without setting anything up.

A small supervisor over PostgreSQL's own programs. `join_or_start` makes a cluster with three roles, starts
the server behind a socket in a private folder, and stops it; other commands join the running server. Each
program runs on a leash (``leash.py``) that ends it within ten seconds of its owner's death. Without Django.
"""

from bangfu.site.embedded.ahead import make_log_ahead, tidy_up
from bangfu.site.embedded.credentials import DatabaseUrls
from bangfu.site.embedded.errors import EmbeddedServerError
from bangfu.site.embedded.server import join_or_start, var_folder
from bangfu.site.embedded.tether import Tether

__all__ = [
    "DatabaseUrls",
    "EmbeddedServerError",
    "Tether",
    "join_or_start",
    "make_log_ahead",
    "tidy_up",
    "var_folder",
]
