"""What the places room declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="places",
    wing=Wing.FOUNDATION,
    title=both("行政区划", "Places"),
    icon="map-pin",
    about=both(
        "从省到村的行政区划：名称、代码及其有效期，以及片区与名单。",
        "Administrative divisions to the village, with dated names and codes, and the lists they are on.",
    ),
    address="places:search_page",
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset(
                {
                    "places.rename_place",
                    "places.succeed_place",
                    "places.import_area",
                    "places.register_denominators",
                    "places.load_positions",
                }
            ),
        ),
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), frozenset({"places.load_positions"})
        ),
    ),
    permissions={
        "places.rename_place": both("区划更名、换代码", "rename a place or change its code"),
        "places.succeed_place": both("区划撤并、改隶", "end a place and let another take over"),
        "places.import_area": both("导入自有名单", "take in a list of places"),
        "places.register_denominators": both("登记人口、户数等分母", "register denominators"),
        "places.load_positions": both("载入村和乡镇的位置", "load where villages and towns lie"),
    },
)
