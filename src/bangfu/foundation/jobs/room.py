"""What the jobs room declares."""

from datetime import datetime, time

from bangfu.foundation.jobs.exporting import EXPORT
from bangfu.foundation.jobs.notices import DONE, FAILED
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)


def _forget(now: datetime) -> Words:
    from bangfu.foundation.jobs.expiry import forget_old_jobs

    forgotten = forget_old_jobs(now)
    return both("已清除 {jobs} 个任务、{files} 个文件。", "Forgot {jobs} jobs and {files} files.").filled(
        jobs=forgotten.jobs, files=forgotten.files
    )


ROOM = RoomDeclaration(
    code="jobs",
    wing=Wing.FOUNDATION,
    title=both("后台任务", "Jobs"),
    icon="history",
    about=both(
        "导入、导出、发布等较久的工作：进度、日志、取消、重试和结果。",
        "Imports, exports, publications and other long work: progress, log, cancelling, trying again, and results.",
    ),
    address="jobs:jobs",
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset({"jobs.view", "jobs.cancel", "jobs.retry"}),
        ),
    ),
    permissions={
        "jobs.view": both("看所有人的后台任务", "see everybody's jobs"),
        "jobs.ask": both("要求做后台任务", "ask for a job"),
        "jobs.cancel": both("取消任何人的后台任务", "cancel anybody's job"),
        "jobs.cancel_own": both("取消自己的后台任务", "cancel one's own job"),
        "jobs.retry": both("重试任何人的后台任务", "begin anybody's job again"),
        "jobs.retry_own": both("重试自己的后台任务", "begin one's own job again"),
        "jobs.take_file": both("下载自己任务的文件", "take out the file of one's own job"),
    },
    notices=(DONE, FAILED),
    jobs=(EXPORT,),
    periodic=(
        PeriodicDeclaration(
            code="jobs.forget_old_jobs",
            title=both("清除旧的任务和文件", "Forget old jobs and their files"),
            hours=Hours(after=time(3, 10)),
            run=_forget,
        ),
    ),
)
