"""The papers of a publication: report and companions as PDF and Word in official layout, and all figures as a table.

Every paper is written from what the publication fixed and from nothing else, so the same publication gives the same bytes
whenever it is asked. One that is not frozen yet gives drafts, which say so on every page and whose figures open nowhere.
"""
