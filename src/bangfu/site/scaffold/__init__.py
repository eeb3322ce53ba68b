"""A new room by the room plan: its folder, its tests, its page of documentation, and one line of settings.

What is written is below ``plan/``, as files in which ``$name`` and a few other words are filled in. The room works at
once: activities are registered or imported, verified and counted. Its owner then says what it is really about.
"""
