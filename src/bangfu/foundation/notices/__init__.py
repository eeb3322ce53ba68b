"""Notices: whoever is to know of something finds it in the inbox, and by mail, message or a group's robot if they wish.

A room declares its kinds of notice and calls ``notify`` beside the change, in the same transaction; a worker sends
afterwards, tries again, and keeps every attempt. The same notice twice is one.

Scarce: each delivery is claimed by one sender at a time, by a lease on its row; one-time codes are used once, under a lock.
"""
