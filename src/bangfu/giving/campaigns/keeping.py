"""A fund into which a campaign still raises is not closed: what came in afterwards would find no books."""

from bangfu.foundation.money.models import Fund
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models import Campaign, State


def raised_for(fund: Fund) -> Words | None:
    """Return which campaign is open, or filed to open, for a fund; null: none."""
    rows = Campaign.objects.filter(fund=fund, state__in=(State.FILED, State.OPEN))
    one = rows.order_by("pk").first()
    if one is None:
        return None
    return both("募捐活动“{zh}”没有结束", "the campaign {en} is not closed").filled(
        zh=one.title_zh, en=one.title_en or one.title_zh
    )
