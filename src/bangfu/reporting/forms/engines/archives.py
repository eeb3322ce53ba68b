"""Office files as parts: XML read without following anything, and a copy in which some parts are replaced. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from bangfu.foundation.evidence.zips import BROKEN_ZIP

_PARSER_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class Unfit(Exception):  # noqa: N818 - says what the file is
    """A file cannot be a form; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tree(part: bytes) -> etree._Element:
    """Return a part's root. Raises: Unfit: ``damaged``."""
    try:
        return etree.fromstring(part, etree.XMLParser(**_PARSER_OPTIONS))
    except etree.XMLSyntaxError:
        raise Unfit("damaged") from None


def bytes_of(root: etree._Element) -> bytes:
    """Return a part as it is written into the file."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def relations(parts: Mapping[str, bytes], of: str) -> dict[str, str]:
    """Return where a part's relations lead, by their id, as names of parts."""
    folder, _, name = of.rpartition("/")
    listed = parts.get(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
    found: dict[str, str] = {}
    if listed is None:
        return found
    for one in tree(listed):
        if not isinstance(one.tag, str) or one.get("TargetMode") == "External":
            continue
        target = str(one.get("Target", ""))
        if target.startswith("/"):
            found[str(one.get("Id"))] = target[1:]
            continue
        steps = folder.split("/") if folder else []
        for step in target.split("/"):
            if step == "..":
                steps = steps[:-1]
            elif step != ".":
                steps.append(step)
        found[str(one.get("Id"))] = "/".join(steps)
    return found


def refuse_what_reaches_out(parts: Mapping[str, bytes], names: list[str]) -> None:
    """Refuse a file that brings something from elsewhere when it is opened, or carries another file.

    Raises: Unfit: ``external_links``, ``embedded``.
    """
    lower = [name.lower() for name in names]
    if any("/embeddings/" in name or name.endswith(("afchunk.htm", "afchunk.html")) for name in lower):
        raise Unfit("embedded")
    if any(name in ("xl/connections.xml",) or "/querytables/" in name for name in lower):
        raise Unfit("external_links")
    for name, part in parts.items():
        if not name.lower().endswith(".rels"):
            continue
        for one in tree(part):
            if (
                isinstance(one.tag, str)
                and one.get("TargetMode") == "External"
                and not str(one.get("Type", "")).endswith("/hyperlink")
            ):
                raise Unfit("external_links")


def names_in(content: bytes) -> list[str]:
    """Return the names of all parts of a file. Raises: Unfit: ``damaged``."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except BROKEN_ZIP:
        raise Unfit("damaged") from None


def copied(content: bytes, replaced: Mapping[str, bytes], *, without: frozenset[str] = frozenset()) -> bytes:
    """Return a file in which some parts are replaced and some left out; all others are as they were, in their order."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(made, "w") as copy:
        for member in archive.infolist():
            if member.filename in without:
                continue
            kept = zipfile.ZipInfo(member.filename, date_time=member.date_time)
            kept.compress_type = zipfile.ZIP_DEFLATED
            kept.external_attr = member.external_attr
            kept.create_system = 0
            copy.writestr(kept, replaced.get(member.filename, archive.read(member)))
    return made.getvalue()
