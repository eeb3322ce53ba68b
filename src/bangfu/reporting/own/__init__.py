"""The office's own indicators: declared in the product, previewed, approved by another person, in force from a date.

A declaration is the same TOML that ships with rooms, typed into a form or as text, read by the same parser. Approved versions
are versions of reference data as those of files are: blocks seal them, figures as of a block and publications use the ones that
stood then. Nothing is changed or deleted: a revision is a new version, and an indicator is withdrawn from a day on.
"""
