"""Schools that hold lessons over the line: sent by a strong school, received by a small one.

A school counts while it is served, not when equipment is delivered; it leaves the stock when lessons stop. The room keeps the
register of these schools: each under its national code, once. Lessons themselves are not kept here yet. Scarce: a school's
code, locked by ``schools.lock_codes``.
"""
