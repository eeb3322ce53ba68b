"""What the map declares: no permission of its own, since it shows figures to whoever may see them."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.reporting.room import VIEW

ROOM = RoomDeclaration(
    code="map",
    wing=Wing.REPORTING,
    title=both("地图", "Map"),
    icon="map",
    about=both(
        "任何指标都能落到省、市、县上看，前后对比，逐处打开。",
        "Any indicator by province, prefecture and county, period against period; every place opens.",
    ),
    address="map:map",
    view_permission=VIEW,
)
