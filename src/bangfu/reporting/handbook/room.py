"""What the handbook declares: no permission of its own, since each section shows what its reader may see elsewhere."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.reporting.room import VIEW

ROOM = RoomDeclaration(
    code="handbook",
    wing=Wing.REPORTING,
    title=both("一县一册", "Handbook"),
    icon="file-text",
    about=both(
        "出发之前看一页：县、村、学校、领导，谁负责、投入、数字、上次到访、未了的事和承诺。",
        "Before the car leaves: one page of a county, village, school or leader, with what is owed and open there.",
    ),
    address="handbook:search",
    view_permission=VIEW,
)
