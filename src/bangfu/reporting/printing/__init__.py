"""Reports on paper: a PDF in the layout of official documents, its Chinese typeface inside, each figure with its code."""

from bangfu.reporting.printing.papers import report_pdf

__all__ = ["report_pdf"]
