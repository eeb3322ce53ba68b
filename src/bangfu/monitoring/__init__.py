"""After exit: households, poverty, safeguards."""
