"""The form of completion that evaluators ask for: its rows, and the same values as workbook and as document.

``filled`` says what stands in the form as plain values in one language; ``workbook_of`` and ``pdf_of`` write them. A further kind
of document is one more function of ``Form``.
"""

from bangfu.reporting.targets.official_form.filling import Form, filled
from bangfu.reporting.targets.official_form.typesetting import pdf_of
from bangfu.reporting.targets.official_form.workbook import workbook_of

__all__ = ["Form", "filled", "pdf_of", "workbook_of"]
