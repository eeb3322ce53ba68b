"""What the evidence room declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

_READS = frozenset({"evidence.view"})
_CONSENTS = frozenset({"evidence.record_consent", "evidence.withdraw_consent"})
_DECLARES = frozenset({"evidence.declare_picture", "evidence.withdraw_consent"})

ROOM = RoomDeclaration(
    code="evidence",
    wing=Wing.FOUNDATION,
    title=both("佐证", "Evidence"),
    icon="photo",
    about=both(
        "记录所依据的文件，以摘要为名，永不更改。",
        "The files that records stand on, named by their digest, never changed.",
    ),
    view_permission="evidence.view",
    roles=(
        RoleDeclaration(
            "officer",
            both("帮扶办经办人", "Assistance officer"),
            _READS | _CONSENTS | _DECLARES | {"evidence.set_likeness"},
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), _READS | _CONSENTS),
        RoleDeclaration("verifier", both("核验员", "Verifier"), _READS | _DECLARES),
        RoleDeclaration("auditor", both("审计员", "Auditor"), _READS),
    ),
    permissions={
        "evidence.view": both("看记录的佐证", "read the evidence of records"),
        "evidence.set_likeness": both(
            "规定照片相近到什么程度算同一画面", "lay down from how near on two pictures count as the same"
        ),
        "evidence.declare_picture": both(
            "申明照片里能认出几个人", "declare how many people can be recognised in a picture"
        ),
        "evidence.record_consent": both("登记照片里的人的同意", "record the consent of people in a picture"),
        "evidence.withdraw_consent": both(
            "撤回照片里的人的同意", "withdraw the consent of people in a picture"
        ),
    },
    in_menu=False,
)
