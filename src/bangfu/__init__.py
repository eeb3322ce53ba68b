"""bangfu 帮扶: plans, runs and accounts for a large company's assistance programme.

Wings hold the rooms in which the work is done, ``foundation`` what they share, ``reporting`` what is
published from their facts, and ``site`` the doors. Floors only call down (see docs/architecture.md).
"""

from os import environ

# Polars keeps memory that it freed for good, unless its allocator is told before it is first loaded: a process that read one
# large sheet stayed a hundred megabytes larger.
environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
