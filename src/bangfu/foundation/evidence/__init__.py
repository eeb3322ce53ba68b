"""Evidence: the files that records stand on, kept once by their SHA-256 and never changed.

A file is accepted by what it contains, not by its name; a file marked 秘密★, 机密★ or 绝密★ is stopped before a single
byte of it reaches the disk. Files hang on records of any room by attachments, which are only added.
"""
