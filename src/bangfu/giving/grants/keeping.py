"""A fund for which pupils apply, or hang on a list, is not closed: they would be awarded nothing."""

from bangfu.foundation.money.models import Fund
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models import Programme, ProgrammeState

WAITED_FOR = (ProgrammeState.OPEN, ProgrammeState.VETTING, ProgrammeState.DISPLAYED)


def waited_for(fund: Fund) -> Words | None:
    """Return in which programme pupils wait for money of a fund; null: in none."""
    one = Programme.objects.filter(fund=fund, state__in=WAITED_FOR).order_by("pk").first()
    if one is None:
        return None
    return both("助学项目“{zh}”没有办完", "the programme {en} is not settled").filled(
        zh=one.name_zh, en=one.name_en or one.name_zh
    )
