"""Doors of targets: pages to read, forms to act, and the official form as workbook and document."""
