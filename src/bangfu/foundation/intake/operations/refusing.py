"""Why an upload is not taken in."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from psycopg.errors import DiskFull

from bangfu.foundation.intake.layouts import RowRefusal
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both


class UnableToImport(Refusal):
    """Codes: ``duplicate_file``, ``rows_refused``, ``nothing_new``, ``confirmed_already``, ``cancelled_already``,
    ``evidence_not_taken``, ``nothing_refused``, ``nothing_left``, ``whole_only``; where the server failed
    midway (``failed_midway``) ``disc_full``, ``connection_lost``.
    """

    sentences = {
        "duplicate_file": both(
            "这份文件已由{who}于 {when} 导入（{unit}），不能重复导入。如有更正，请改好后上传新的文件。",
            "This very file was imported by {who} on {when} ({unit}) and is not imported twice. To correct something, "
            "upload the corrected file.",
        ),
        "rows_refused": both(
            "有 {count} 行不能导入，整份表格未导入。首先是第 {row} 行：{first}请下载被拒的行，改正后重新上传。",
            "{count} rows cannot be imported, so nothing was. The first is row {row}: {first} Download the refused rows, "
            "correct them and upload the sheet again.",
        ),
        "nothing_new": both(
            "表中各行都已登记，没有新的内容可以导入。",
            "Every row is recorded already; there is nothing new to import.",
        ),
        "confirmed_already": both(
            "这份表格已由{who}于 {when} 确认导入。", "This sheet was confirmed by {who} on {when}."
        ),
        "cancelled_already": both(
            "这份表格已取消。请重新上传。", "This sheet was cancelled. Upload it again."
        ),
        "nothing_refused": both(
            "没有不能导入的行，直接确认导入即可。", "No row is refused. Confirm the import as it is."
        ),
        "nothing_left": both(
            "没有一行可以导入。请改正后重新上传。",
            "Not a single row can be imported. Correct them and upload the sheet again.",
        ),
        "whole_only": both(
            "「{layout}」的各行合在一起才有意义，不能只导入一部分。请改正后重新上传。",
            "The rows of “{layout}” mean something only together, so a part of them is not imported. Correct them and"
            " upload the sheet again.",
        ),
        "disc_full": both(
            "数据库的磁盘满了，没有导入任何数据。请告诉系统管理员，腾出空间后再确认一次。",
            "The database's disc is full and nothing was imported. Tell the administrator, and confirm again once there is room.",
        ),
        "connection_lost": both(
            "导入途中与数据库的连接断了。要么全部导入了，要么全没有导入：请看这一页的状态；还没有导入的，稍后再确认一次。",
            "The connection to the database broke during the import. All of it was imported or nothing: this page says which; if"
            " nothing was, confirm again in a while.",
        ),
        "evidence_not_taken": both(
            "「{layout}」不收佐证压缩包。请只上传表格。",
            "“{layout}” takes no evidence zip. Upload the sheet alone.",
        ),
    }

    @property
    def rows(self) -> list[RowRefusal]:
        """The refused rows, for ``rows_refused``."""
        return list(self.details.get("rows", []))


def failed_midway(error: OperationalError | InterfaceError) -> UnableToImport:
    """Return what whoever imports is told when the server failed midway; the transaction is rolled back as a whole."""
    return UnableToImport("disc_full" if isinstance(error.__cause__, DiskFull) else "connection_lost")
