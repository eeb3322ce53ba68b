"""The leading group and its provincial mirrors, and the professional lines that they coordinate.

A line counts once, from the day a document took it into the matrix; people and meetings are not lines. Until visits and
minutes are kept here, units report lines and groups by the documents that set them up.
"""
