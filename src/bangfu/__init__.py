"""bangfu 帮扶: plans, runs and accounts for a large company's assistance programme.

Wings hold the rooms in which the work is done, ``foundation`` what they share, ``reporting`` what is
published from their facts, and ``site`` the doors. Floors only call down (see docs/architecture.md).
"""
