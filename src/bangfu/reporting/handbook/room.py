"""What the handbook declares: no permission of its own, since each section shows what its reader may see elsewhere."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.reporting.room import VIEW

ROOM = RoomDeclaration(
    code="handbook",
    wing=Wing.REPORTING,
    title=both("一县一册", "Handbook"),
    icon="file-text",
    about=both(
        "出发之前看一页：谁负责、投入、数字、新记录、未了的事和承诺。",
        "One page before the car leaves: who answers, money, figures, new records, open points and promises.",
    ),
    address="handbook:search",
    view_permission=VIEW,
)
