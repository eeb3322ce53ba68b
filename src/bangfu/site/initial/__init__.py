"""A house of one's own from sheets: units, people, lists and lines, all or nothing."""
