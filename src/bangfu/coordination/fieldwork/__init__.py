"""People who left their posts for the work: in the office full time, or in a county with a team.

A person counts once however often they are drawn; a team counts while it stands. Until posts, stays and leave are kept
here, units report people by their staff number and teams by the document that set them up.
"""
