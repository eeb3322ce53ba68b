"""Matching of written place names and codes to places: frames in, frames out.

A gazetteer holds the places down to the county with every way their names are written: in full or without the
suffix, alone or after their prefecture, their province or both. A present name in full beats a shortened or
prefixed one, and any present name beats a former one.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from bangfu.foundation.places import codes

_PEOPLES = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|"
    "傣族|黎族|傈僳族|佤族|畲族|高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|"
    "撒拉族|毛南族|仡佬族|锡伯族|锡伯|阿昌族|普米族|塔吉克|怒族|乌孜别克|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|"
    "京族|塔塔尔|独龙族|鄂伦春|赫哲族|门巴族|珞巴族|基诺族|各族"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*自治(?:区|州|县|旗)$")
_PLAIN_SUFFIX = re.compile(r"(?:特别行政区|特区|地区|林区|省|市|县|区|盟|旗|州)$")
_NOT_A_PART_OF_ADDRESSES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})

_BY_CODE, _FULL, _SHORT, _PREFIXED, _FORMER = range(5)

CODE = r"^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"
_IGNORED = r"[\s\-—_/\\·,，、.。>›→|\[\]()]"
_CHOICES = 8
_LEAST_LIKENESS = 0.5
_LIKENESS_BEHIND_THE_BEST = 0.15
_MOST_DIFFERENT_UNKNOWN = 50
"""Near names are sought for so many texts of one frame; a sheet with more is no list of places."""


def bare_name(name: str) -> str:
    """Return a name without the suffix that says what kind of division it is, if a name is left.

    >>> [bare_name(name) for name in ("册亨县", "威宁彝族回族苗族自治县", "蔚县")]
    ['册亨', '威宁', '蔚县']
    """
    bare = _AUTONOMOUS.sub("", name)
    if bare == name:
        bare = _PLAIN_SUFFIX.sub("", name)
    return bare if len(bare) >= 2 else name


def is_part_of_addresses(name: str) -> bool:
    """Return whether a prefecture's name is said in an address; the list's own fillers are not."""
    return name not in _NOT_A_PART_OF_ADDRESSES


@dataclass(frozen=True)
class FormerName:
    """A name and code that a place bore and bears no more."""

    place_id: int
    name: str
    code: int


def _written_forms(name: str) -> set[str]:
    bare = bare_name(name)
    forms = {name, bare}
    if name.endswith("州") and bare != name:
        forms.add(f"{bare}州")
    if name.endswith("自治县") and bare != name:
        forms.update({f"{bare}县", f"{bare}自治县"})
    return forms


def _with_prefixes(forms: set[str], province: str, prefecture: str) -> set[str]:
    provinces = {province, bare_name(province)}
    prefixes = set(provinces)
    if is_part_of_addresses(prefecture):
        prefixes |= _written_forms(prefecture)
        second = _written_forms(prefecture)
    else:  # the list's own filler, or the province once more: 重庆市重庆市万州区
        second = provinces | {prefecture}
    prefixes |= {before + within for before in provinces for within in second}
    return {prefix + form for prefix in prefixes for form in forms}


@dataclass(frozen=True)
class Gazetteer:
    """The places of levels 1 to 3, with the names that they bear and bore."""

    names: dict[int, str]
    """Present or last names by number, of places that ended too."""
    through_levels: dict[int, int]
    """The lowest level each place stands for, in order of level and number; only places in force."""
    former: tuple[FormerName, ...]

    def at_level(self, level: int) -> list[int]:
        """Return the places of a level, those that stand for it included, in order of their numbers."""
        return self._levels[level]

    @cached_property
    def _levels(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {level: [] for level in codes.LEVELS}
        for place_id, through_level in self.through_levels.items():
            for level in range(codes.level_of(place_id), through_level + 1):
                found[level].append(place_id)
        return {level: sorted(places) for level, places in found.items()}

    @cached_property
    def _letters(self) -> dict[int, frozenset[str]]:
        return {place_id: frozenset(bare_name(self.names[place_id])) for place_id in self.through_levels}

    def label(self, place_id: int, name: str | None = None) -> str:
        """Return the name after those of its province and prefecture, without the list's fillers."""
        parts = []
        for level in (codes.PROVINCE, codes.PREFECTURE):
            ancestor = codes.ancestor_id(place_id, level)
            if ancestor is not None and ancestor != place_id and is_part_of_addresses(self.names[ancestor]):
                parts.append(self.names[ancestor])
        return "".join([*parts, name or self.names[place_id]])

    @cached_property
    def _aliases(self) -> dict[int, pl.DataFrame]:
        return {}

    def aliases(self, level: int) -> pl.DataFrame:
        """Return every way the places of a level are written: (alias, place_id, rank), lower ranks win."""
        if level not in self._aliases:
            rows: list[tuple[str, int, int]] = []
            wanted = set(self.at_level(level))
            for place_id in wanted:
                rows.extend(self._ways(place_id, self.names[place_id], former=False))
                rows.append((f"{place_id:012d}", place_id, _BY_CODE))
            for former in self.former:
                if former.place_id in wanted:
                    rows.extend(self._ways(former.place_id, former.name, former=True))
                    rows.append((f"{former.code:012d}", former.place_id, _FORMER))
            self._aliases[level] = (
                pl.DataFrame(
                    rows, schema={"alias": pl.String, "place_id": pl.Int64, "rank": pl.Int8}, orient="row"
                )
                .group_by("alias", "place_id")
                .agg(pl.col("rank").min())
            )
        return self._aliases[level]

    def _ways(self, place_id: int, name: str, *, former: bool) -> list[tuple[str, int, int]]:
        forms = _written_forms(name)
        ways = [(form, _FULL if form == name else _SHORT) for form in forms]
        if codes.level_of(place_id) > codes.PROVINCE:
            province = self.names[codes.ancestor_id(place_id, codes.PROVINCE) or 0]
            prefecture = self.names[codes.ancestor_id(place_id, codes.PREFECTURE) or 0]
            ways += [(way, _PREFIXED) for way in _with_prefixes(forms, province, prefecture)]
        return [(way, place_id, rank + _FORMER if former else rank) for way, rank in ways]

    def match(self, texts: pl.DataFrame, level: int) -> pl.DataFrame:
        """Return one row for each text, in order: (text, place_id, code, choices).

        ``texts`` has a column ``text`` and, where the province is known, ``province_id``. ``code`` is ``ok``,
        ``unknown`` or ``ambiguous``; choices are the labels to choose from, empty when ok.
        """
        asked = texts.with_columns(asked=tidied(pl.col("text"))).with_row_index("row")
        if "province_id" not in asked.columns:
            asked = asked.with_columns(province_id=pl.lit(None, dtype=pl.Int64))
        pairs = asked.select("asked", "province_id").unique()
        found = (
            pairs.join(self.aliases(level), left_on="asked", right_on="alias")
            .filter(
                pl.col("province_id").is_null()
                | (
                    pl.col("place_id") // codes.SIZE_OF_LEVEL[1]
                    == pl.col("province_id") // codes.SIZE_OF_LEVEL[1]
                )
            )
            .filter(pl.col("rank") == pl.col("rank").min().over("asked", "province_id"))
            .group_by("asked", "province_id")
            .agg(pl.col("place_id").unique().sort())
        )
        answers = pairs.join(found, on=["asked", "province_id"], how="left", nulls_equal=True)
        outcomes = [
            self._outcome(text, province_id, places, level, near=position < _MOST_DIFFERENT_UNKNOWN)
            for position, (text, province_id, places) in enumerate(
                answers.sort(pl.col("place_id").is_not_null()).iter_rows()
            )
        ]
        answered = pl.DataFrame(
            outcomes,
            schema={
                "asked": pl.String,
                "province_id": pl.Int64,
                "place_id": pl.Int64,
                "code": pl.String,
                "choices": pl.List(pl.String),
            },
            orient="row",
        )
        return (
            asked.join(answered, on=["asked", "province_id"], how="left", nulls_equal=True)
            .sort("row")
            .select("text", "place_id", "code", "choices")
        )

    def _outcome(
        self, text: str | None, province_id: int | None, places: list[int] | None, level: int, *, near: bool
    ) -> tuple[str | None, int | None, int | None, str, list[str]]:
        if places is None:
            choices = self._near(text, province_id, level) if text and len(text) > 1 and near else []
            return text, province_id, None, "unknown", choices
        if len(places) == 1:
            return text, province_id, places[0], "ok", []
        return text, province_id, None, "ambiguous", [self.label(place) for place in places[:_CHOICES]]

    def _near(self, text: str, province_id: int | None, level: int) -> list[str]:
        """Return labels of places whose names or codes look like the text, nearest first."""
        places = self.at_level(level)
        if province_id:
            first, end = codes.subtree_range(province_id)
            places = places[bisect_left(places, first) : bisect_left(places, end)]
        if text.isdigit():
            return [self.label(place) for place in places if str(place).startswith(text[:5])][:_CHOICES]
        written = set(bare_name(text))
        alike = [
            (max(_likeness(text, way) for way in self._plain_ways(place)), place)
            for place in places
            if not written.isdisjoint(self._letters[place])
        ]
        best = max((likeness for likeness, _ in alike), default=0.0)
        least = max(_LEAST_LIKENESS, best - _LIKENESS_BEHIND_THE_BEST)
        near = sorted((-likeness, place) for likeness, place in alike if likeness >= least)
        return [self.label(place) for _, place in near[:_CHOICES]]

    def _plain_ways(self, place_id: int) -> tuple[str, str, str]:
        province = self.names[codes.ancestor_id(place_id, codes.PROVINCE) or 0]
        return self.names[place_id], province + self.names[place_id], self.label(place_id)


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def tidied(texts: pl.Expr) -> pl.Expr:
    """Return texts as they are compared: half-width, without spaces and dividers, codes of twelve digits."""
    tidy = texts.cast(pl.String).fill_null("").str.normalize("NFKC").str.replace_all(_IGNORED, "")
    return pl.when(tidy.str.contains(CODE)).then(tidy.str.pad_end(12, "0")).otherwise(tidy)
