"""The leading group and its provincial mirrors, the lines that they coordinate, and its leaders' visits 调研督导.

A line counts once, from the day a document took it into the matrix; people and meetings are not lines. Units report lines and
groups by the documents that set them up. A visit is kept with what its leader found and promised there, until each is settled.
Once verified it counts: leaders times trips 人次, each leader once a trip however many counties it crosses, and the trips by
themselves. Scarce: a visit's number and a leader's, locked by ``storing.lock_references``.
"""
