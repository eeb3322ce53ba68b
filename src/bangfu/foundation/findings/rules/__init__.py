"""The rules of the house, each entered as its module is read."""

from bangfu.foundation.findings.rules import counting, evidence, reviewing

__all__ = ["counting", "evidence", "reviewing"]
