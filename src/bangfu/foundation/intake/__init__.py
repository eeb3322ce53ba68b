"""Intake: spreadsheets as offices make them, taken in safely.

A room declares a layout once; from it come the template to download, the importer and the explanation of its columns.
A sheet is uploaded, read and checked as columns, shown as a preview with every refused row and its remedy, and
confirmed all or nothing by the room's own operation. What is certain is read as meant; what is not is refused.
"""
