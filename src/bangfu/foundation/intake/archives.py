"""Evidence zips: what is in them by file name, without unpacking more than is asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bangfu.foundation.evidence.zips import BROKEN_ZIP
from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both

MOST_FILES = 50_000
LARGEST_UNPACKED = 4 * 1024**3
LONGEST_NAME = 200
_UTF8_NAME = 0x800
_OF_THE_SYSTEM = {".ds_store", "thumbs.db", "desktop.ini"}


class UnableToReadArchive(Refusal):
    """Codes: ``not_a_zip``, ``damaged``, ``encrypted``, ``too_many_files``, ``expands``, ``file_too_large``,
    ``name_too_long``."""

    sentences = {
        "not_a_zip": both(
            "佐证文件不是 .zip 压缩包。请把照片和日志放进一个 .zip 后上传。",
            "The evidence is no .zip file. Put the photographs and logs into one .zip and upload that.",
        ),
        "damaged": both(
            "佐证压缩包已损坏（{name}）。请重新压缩后上传。",
            "The evidence zip is damaged ({name}). Make it again and upload it.",
        ),
        "encrypted": both(
            "佐证压缩包加了密码。请去掉密码后上传。",
            "The evidence zip has a password. Make it without one and upload it.",
        ),
        "too_many_files": both(
            "佐证压缩包超过 {count} 个文件。请分成几份表格和压缩包上传。",
            "The evidence zip holds more than {count} files. Split the sheet and its zip.",
        ),
        "expands": both(
            "佐证压缩包解压后超过 {gigabytes} GB。请分成几份表格和压缩包上传。",
            "The evidence zip unpacks to more than {gigabytes} GB. Split the sheet and its zip.",
        ),
        "name_too_long": both(
            "佐证文件名太长：{name}…。请改成不超过 {longest} 个字的文件名。",
            "An evidence file's name is too long: {name}…. Give it a name of up to {longest} characters.",
        ),
        "file_too_large": both(
            "佐证文件「{name}」超过 {megabytes} MB。请压缩后再上传。",
            "The evidence file “{name}” is larger than {megabytes} MB. Make it smaller and upload again.",
        ),
    }


@dataclass(frozen=True)
class EvidenceZip:
    """An opened zip of evidence."""

    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    """By the file's name without folders, in lower case."""
    ambiguous: frozenset[str]
    """Names that several files have."""

    def files(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Return name and contents of the files with these names, one at a time.

        Raises: UnableToReadArchive: ``damaged``.
        """
        for key in keys:
            try:
                yield key, self.archive.read(self.members[key])
            except BROKEN_ZIP as error:
                raise UnableToReadArchive("damaged", name=key) from error


@contextmanager
def opened_zip(path: Path | None, *, largest_bytes: int) -> Iterator[EvidenceZip | None]:
    """Open a zip of evidence and check what it says it holds; nothing for null.

    Args:
        largest_bytes: the most that one file may unpack to.

    Raises: UnableToReadArchive: see its codes.
    """
    if path is None:
        yield None
        return
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ZIP as error:
        raise UnableToReadArchive("not_a_zip") from error
    with archive:
        yield _examined(archive, largest_bytes)


def _examined(archive: zipfile.ZipFile, largest_bytes: int) -> EvidenceZip:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MOST_FILES:
        raise UnableToReadArchive("too_many_files", count=MOST_FILES)
    if sum(info.file_size for info in infos) > LARGEST_UNPACKED:
        raise UnableToReadArchive("expands", gigabytes=LARGEST_UNPACKED // 1024**3)
    members: dict[str, zipfile.ZipInfo] = {}
    ambiguous = set()
    for info in infos:
        path = true_name(info)
        key = path.replace("\\", "/").rpartition("/")[2].strip().lower()
        if path.startswith("__MACOSX/") or key in _OF_THE_SYSTEM or not key:
            continue
        if info.flag_bits & 1:
            raise UnableToReadArchive("encrypted")
        if len(key) > LONGEST_NAME:
            raise UnableToReadArchive("name_too_long", name=key[:40], longest=LONGEST_NAME)
        if info.file_size > largest_bytes:
            raise UnableToReadArchive("file_too_large", name=key, megabytes=largest_bytes // 1024**2)
        if key in members:
            ambiguous.add(key)
        members[key] = info
    return EvidenceZip(archive, members, frozenset(ambiguous))


def true_name(info: zipfile.ZipInfo) -> str:
    """Return a member's name: UTF-8 where the zip says so or where it is, else GB18030 as Chinese Windows writes."""
    if info.flag_bits & _UTF8_NAME:
        return info.filename
    try:
        stored = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return stored.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
