"""Matching any text to the figures: which numbers are true, and what to write in place of those that are not. Pure.

``numbers`` reads the numbers of a text with their units and the words around them, ``whens`` its periods, ``wheres`` its places
and units, ``standing`` which of them a number belongs to,
``likeness`` how much a number's words resemble an indicator's, ``fitting`` whether a value bears a number out,
``rewording`` what to write instead; ``judging`` puts the questions, a round at a time, and gives the verdicts.
"""

from bangfu.reporting.matching.judging import Marked, Verdict, corrected, match
from bangfu.reporting.matching.likeness import Meaning
from bangfu.reporting.matching.questions import Question
from bangfu.reporting.matching.standing import Known
from bangfu.reporting.matching.wheres import Scope

__all__ = ["Known", "Marked", "Meaning", "Question", "Scope", "Verdict", "corrected", "match"]
