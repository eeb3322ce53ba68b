"""Pinyin keys of place names: the full reading and its initials, without tones.

Counties and above are read as phrases (``重庆`` chongqing), towns and villages sign by sign from a table of
the signs that occur, because half a million names leave no time for phrases. The dictionaries are 55 MB and are
opened by whoever asks for a reading first: most processes never do.
"""

from __future__ import annotations

from collections.abc import Iterable

_LOCAL_READINGS = {
    "都匀": ("du", "yun"),
    "长垣": ("chang", "yuan"),
    "长治": ("chang", "zhi"),
    "长子": ("zhang", "zi"),
    "朝阳": ("chao", "yang"),
    "洪洞": ("hong", "tong"),
    "泌阳": ("bi", "yang"),
    "重庆": ("chong", "qing"),
}
"""How people of the place read its name, where the general dictionary reads it otherwise."""


def _letters(syllable: str) -> str:
    return "".join(letter for letter in syllable.lower() if letter.isascii() and letter.isalnum())


def keys_of(name: str) -> tuple[str, str]:
    """Return the full reading and the initials of a name, read as a phrase.

    >>> keys_of("册亨县")
    ('cehengxian', 'chx')
    """
    from pypinyin import lazy_pinyin

    local = _LOCAL_READINGS.get(name[:2])
    syllables = [*local, *lazy_pinyin(name[2:])] if local else lazy_pinyin(name)
    read = [letters for letters in map(_letters, syllables) if letters]
    return "".join(read), "".join(syllable[0] for syllable in read)


def reading_table(names: Iterable[str]) -> dict[str, str]:
    """Return the reading of every sign that occurs in the names; signs without one read as nothing."""
    from pypinyin import lazy_pinyin

    return {sign: _letters(lazy_pinyin(sign)[0]) for sign in sorted(set("".join(names)))}


def keys_by_sign(name: str, table: dict[str, str]) -> tuple[str, str]:
    """Return the full reading and the initials of a name, read sign by sign."""
    read = [table[sign] for sign in name]
    return "".join(read), "".join([syllable[:1] for syllable in read])


def typed_key(text: str) -> str:
    """Return what someone typed as a key: lower case, letters and digits only, ``ü`` as ``v``."""
    return _letters(text.lower().replace("ü", "v"))
