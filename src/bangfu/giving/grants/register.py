"""The numbers and names under which the room's records are known elsewhere."""

PROGRAMME_TYPE = 183
"""The number of ``grants.programme``: fixed for ever, like those below."""
APPLICATION_TYPE = 184
AWARD_TYPE = 185
SCHOOL_TYPE = 186
MEETING_TYPE = 187
NOTICE_TYPE = 188
OBJECTION_TYPE = 189
BATCH_TYPE = 200
"""The number of ``grants.batch``: fixed for ever, like those below."""
PAYMENT_TYPE = 201
RESULT_FILE_TYPE = 202
RECEIPT_SHEET_TYPE = 203
RECEIPT_TYPE = 204
CALL_BACK_TYPE = 205
FOLLOW_UP_TYPE = 206
VIEW = "grants.view"
