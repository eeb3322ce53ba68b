"""Report texts in which a number can only be a figure, and in which the word around it must be true. Pure.

``markup`` reads a text into paragraphs of words and tags, ``numerals`` finds numbers that stand outside a tag,
``qualifiers`` knows what 超, 余, 近, 约 and their English fellows claim, ``praise`` which words claim a result, ``checks`` holds
a text against the values, ``lengths`` counts its 字.
"""

from bangfu.reporting.wording.checks import Bound, agree, check
from bangfu.reporting.wording.lengths import length_of
from bangfu.reporting.wording.markup import Document, Paragraph, Problem, Tag, read

__all__ = ["Bound", "Document", "Paragraph", "Problem", "Tag", "agree", "check", "length_of", "read"]
