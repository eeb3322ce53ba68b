"""From which county products come: noted before anything of them counts, and put right for what comes later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError

from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import BY_ROWS, Act, Refusal, Scope, operation, require, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS, Good, Platform, good_key

NOTE = "consumption.note_origins"


class UnableToNote(Refusal):
    """Codes: ``no_rows``, ``unknown_platform``, ``title_missing``, ``not_a_county``, ``proof_missing``, ``known_already``,
    ``identity_number``, ``nothing_changed``."""

    sentences = {
        "no_rows": both("请至少填写一个商品的产地。", "Enter the county of one product at least."),
        "unknown_platform": both("没有「{platform}」这个平台。", "There is no platform called {platform}."),
        "title_missing": both("请填写商品名称。", "Enter the product's name."),
        "not_a_county": both(
            "「{title}」的产地要落到县（市、区）。请填写县名。",
            "The origin of {title} is a county. Enter its name.",
        ),
        "proof_missing": both(
            "请写明「{title}」产地的依据，如平台商品页的产地、产地证明文号或批次号。",
            "Say on what the origin of {title} rests: the platform's listing, a certificate or a lot.",
        ),
        "known_already": both(
            "{platform}的「{title}」已登记产地。要改请在列表中修改。",
            "The county of {title} on {platform} is known already. Change it in the list.",
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


@dataclass(frozen=True)
class GoodDetails:
    """What is said of a product's origin."""

    platform: str
    title: str
    county: Place
    proof: str
    number: str = ""
    """The platform's number of the product; empty: it is known by its title."""


def _refuse(said: GoodDetails) -> None:
    if said.platform not in Platform.values:
        raise UnableToNote("unknown_platform", platform=said.platform)
    if not said.title.strip():
        raise UnableToNote("title_missing")
    if said.county.level != COUNTY:
        raise UnableToNote("not_a_county", title=said.title)
    if not said.proof.strip():
        raise UnableToNote("proof_missing", title=said.title)
    if any(has_identity_number(text) for text in (said.title, said.proof, said.number)):
        raise UnableToNote("identity_number")


@operation(NOTE, scope=BY_ROWS)
def note_origins(*, goods: Sequence[GoodDetails], unit: Unit, act: Act) -> list[Good]:
    """Note from which counties products come, all or none; what was brought before stays as it was counted.

    Raises: UnableToNote: see its codes; nothing was written.
    """
    if not goods:
        raise UnableToNote("no_rows")
    require(act, NOTE, Scope(unit=unit.pk))
    for said in goods:
        _refuse(said)
    wanted = {(said.platform, good_key(said.number or said.title)): said for said in goods}
    known = Good.objects.filter(key__in={key for _, key in wanted}).order_by("pk")
    for one in known:
        if (one.platform, one.key) in wanted:
            raise UnableToNote("known_already", platform=PLATFORM_WORDS[one.platform], title=one.title)
    try:
        return Good.objects.bulk_create(
            Good(
                platform=platform, key=key, title=said.title.strip(), place=said.county, proof=said.proof.strip(),
                noted_at=act.at, noted_by=act.actor,
            )
            for (platform, key), said in wanted.items()
        )  # fmt: skip
    except IntegrityError as clash:
        if "consumption_one_origin_a_product" in str(clash):
            first = goods[0]
            raise UnableToNote(
                "known_already", platform=PLATFORM_WORDS[first.platform], title=first.title
            ) from clash
        raise


@operation("consumption.revise_origin", scope=scope_of("unit"))
def revise_origin(*, good: Good, county: Place, proof: str, unit: Unit, act: Act) -> Good:
    """Put right from which county a product comes, for sales that are brought from now on.

    Raises: UnableToNote: see its codes; nothing was written.
    Locks: the product.
    """
    good = Good.objects.select_for_update().get(pk=good.pk)
    _refuse(GoodDetails(good.platform, good.title, county, proof))
    if (good.place_id, good.proof) == (county.pk, proof.strip()):
        raise UnableToNote("nothing_changed")
    good.place, good.proof = county, proof.strip()
    good.noted_at, good.noted_by = act.at, act.actor
    good.save()
    return good
