"""People who left their posts for the work: in the office full time, in a county with a team, or on visits 走访.

A person counts once however often they are drawn; a team counts while it stands. Visits are persons times trips 人次, and the
trips are reported beside them. Until posts, stays and leave are kept
here, units report people by their staff number and teams by the document that set them up.
"""
