"""The numbers and names under which the room's records are known elsewhere."""

PROGRAMME_TYPE = 183
"""The number of ``grants.programme``: fixed for ever, like those below."""
APPLICATION_TYPE = 184
AWARD_TYPE = 185
SCHOOL_TYPE = 186
MEETING_TYPE = 187
NOTICE_TYPE = 188
OBJECTION_TYPE = 189
VIEW = "grants.view"
