"""Schools that hold lessons over the line: sent by a strong school, received by a small one.

A school counts while it is served, not when equipment is delivered; it leaves the stock when lessons stop. Until lessons
are kept here, units report each school once when it is accepted and once, negative, when it is withdrawn.
"""
