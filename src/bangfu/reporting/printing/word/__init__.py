"""A report as a Word file: real styles, numbered headings, a table with a head, figures that open and cannot be typed over.

``template/`` holds the parts of an empty file as they are, ``styles`` writes the one that differs by language, ``writing``
fills it with a report; ``pieces`` are what other files are written of too.
"""

from bangfu.reporting.printing.word.writing import docx_of

__all__ = ["docx_of"]
