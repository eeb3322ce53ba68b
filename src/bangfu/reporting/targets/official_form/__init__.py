"""The form of completion that evaluators ask for: its rows, and the same values as workbook, as Word file and as PDF.

``filled`` says what stands in the form as plain values in one language; ``workbook_of``, ``docx_of`` and ``pdf_of`` write them.
"""

from bangfu.reporting.targets.official_form.filling import Form, filled
from bangfu.reporting.targets.official_form.typesetting import pdf_of
from bangfu.reporting.targets.official_form.word import docx_of
from bangfu.reporting.targets.official_form.workbook import workbook_of

__all__ = ["Form", "docx_of", "filled", "pdf_of", "workbook_of"]
