"""Accounts that act, and persons about whom something is kept.

A person's columns are encrypted under a key of their own; erasing destroys the key, also for history and backups.
Elsewhere a person is an opaque id: no fact, source or reason holds anything that names one.
"""
