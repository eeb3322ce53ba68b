"""What every form of the room does alike."""

from __future__ import annotations

from functools import partial

from bangfu.foundation.records.carrying import carried_out as carried_out_on

carried_out = partial(carried_out_on, template="projects/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""
