"""What a photograph says of its taking is kept, and the same picture used twice is found."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random

import polars
import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from bangfu.foundation.evidence import queries, sniffing
from bangfu.foundation.evidence.models import LikenessRule, Photograph
from bangfu.foundation.evidence.photographs import Capture, captured, distance
from bangfu.foundation.operations import system_writes
from tests.cast import Cast
from tests.foundation.evidence import files
from tests.foundation.review import toys

BEIJING = timezone(timedelta(hours=8))


def scene(seed: int, size: tuple[int, int] = (900, 800)) -> Image.Image:
    """Return a picture of nine by eight patches of grey, each its own."""
    draw = Random(seed)
    patches = bytes(draw.randrange(256) for _ in range(72))
    return Image.frombytes("L", (9, 8), patches).resize(size, Image.Resampling.NEAREST).convert("RGB")


def jpeg(picture: Image.Image, exif: Image.Exif | None = None, quality: int = 90) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return buffer.getvalue()


def _parts(degrees: float) -> tuple[IFDRational, ...]:
    return tuple(IFDRational(part) for part in (int(degrees), int(degrees % 1 * 60), 0))


def said(
    taken: str | None, offset: str | None = None, place: tuple[float, str, float, str] | None = None
) -> Image.Exif:
    exif = Image.Exif()
    exif[0x8769] = {tag: text for tag, text in ((0x9003, taken), (0x9011, offset)) if text}
    if place:
        north, side, east, other = place
        exif[0x8825] = {1: side, 2: _parts(north), 3: other, 4: _parts(east)}
    return exif


class TestCaptured:
    def test_reads_time_with_its_offset_and_position(self) -> None:
        content = jpeg(scene(1), said("2019:09:12 14:06:31", "+06:00", (24.5, "N", 105.75, "E")))
        found = captured(content, "JPEG", zone=BEIJING)
        assert found.taken_at == datetime(2019, 9, 12, 8, 6, 31, tzinfo=UTC)
        assert (found.has_offset, found.latitude, found.longitude) == (
            True,
            Decimal("24.500000"),
            Decimal("105.750000"),
        )

    def test_reads_what_a_phone_keeps_as_heic(self) -> None:
        found = captured(files.heic(), "HEIF", zone=BEIJING)
        assert found.taken_at == datetime(2019, 9, 12, 8, 6, 31, tzinfo=UTC)
        assert (found.has_offset, found.latitude, found.longitude) == (
            True,
            Decimal("24.500000"),
            Decimal("105.750000"),
        )
        same = captured(jpeg(scene(1)), "JPEG", zone=BEIJING).fingerprint
        assert found.fingerprint is not None
        assert same is not None
        assert distance(found.fingerprint, same) <= 3

    @pytest.mark.parametrize("length", [40, 400, 900, 1800])
    def test_a_heic_that_was_cut_short_is_refused(self, length: int) -> None:
        content = files.heic()[:length]
        assert captured(content, "HEIF", zone=BEIJING) == Capture()
        with pytest.raises(sniffing.Unreadable):
            sniffing.media_type_of(content)

    def test_a_heic_that_brings_its_decoder_down_brings_down_nothing_else(self) -> None:
        draw = Random(1)
        for _ in range(25):
            content = bytearray(files.heic())
            for _ in range(20):
                content[draw.randrange(len(content))] = draw.randrange(256)
            captured(bytes(content), "HEIF", zone=BEIJING)

    def test_without_an_offset_the_clock_stands_where_the_house_does(self) -> None:
        found = captured(jpeg(scene(1), said("2019:09:12 14:06:31")), "JPEG", zone=BEIJING)
        assert (found.taken_at, found.has_offset) == (datetime(2019, 9, 12, 14, 6, 31, tzinfo=BEIJING), False)

    @pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "yesterday", "2019:13:40 00:00:00"])
    def test_a_clock_that_was_never_set_says_nothing(self, taken: str) -> None:
        assert captured(jpeg(scene(1), said(taken)), "JPEG", zone=BEIJING).taken_at is None

    def test_south_and_west_and_no_fix(self) -> None:
        content = jpeg(scene(1), said(None, None, (24.5, "S", 105.75, "W")))
        found = captured(content, "JPEG", zone=BEIJING)
        assert (found.latitude, found.longitude) == (Decimal("-24.5"), Decimal("-105.75"))
        nowhere = captured(jpeg(scene(1), said(None, None, (0, "N", 0, "E"))), "JPEG", zone=BEIJING)
        assert (nowhere.latitude, nowhere.longitude) == (None, None)

    def test_what_cannot_be_drawn_says_nothing(self) -> None:
        assert captured(b"\xff\xd8\xff\xe0" + bytes(30), "JPEG", zone=BEIJING) == Capture()

    def test_a_plain_picture_has_no_fingerprint(self) -> None:
        assert captured(files.photograph(), "JPEG", zone=BEIJING).fingerprint is None


class TestFingerprint:
    def print_of(self, content: bytes, form: str = "JPEG") -> int:
        found = captured(content, form, zone=BEIJING).fingerprint
        assert found is not None
        return found

    def test_says_where_it_gets_darker_to_the_right(self) -> None:
        falling = Image.frombytes("L", (9, 8), bytes(range(250, 25, -25)) * 8).resize((900, 800), 0)
        assert self.print_of(jpeg(falling)) == -1
        rising = falling.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        assert self.print_of(jpeg(rising)) == 0

    def test_survives_resizing_and_recompression(self) -> None:
        for seed in range(20):
            first = self.print_of(jpeg(scene(seed)))
            again = self.print_of(jpeg(scene(seed).resize((640, 569)), quality=40))
            assert distance(first, again) <= 3

    def test_tells_different_pictures_apart(self) -> None:
        prints = [self.print_of(jpeg(scene(seed))) for seed in range(40)]
        assert min(distance(a, b) for i, a in enumerate(prints) for b in prints[:i]) > 10


def kept(cast: Cast, content: bytes, well: int, by: str = "clerk") -> str:
    act = cast.act(getattr(cast, by))
    file = toys.keep(
        unit=cast.guizhou if by == "clerk" else cast.yunnan, name="a.jpg", content=content, act=act
    )

    frame = polars.DataFrame({"record": [well], "digest": [file.pk], "kind": ["PHOTO"], "name": ["现场.jpg"]})
    toys.attach_many(unit=cast.guizhou if by == "clerk" else cast.yunnan, frame=frame, act=act)
    return file.pk


@pytest.mark.django_db
class TestKept:
    def test_with_the_file_once_and_never_changed(self, cast: Cast) -> None:
        act = cast.act(cast.clerk)
        content = jpeg(scene(1), said("2019:09:12 14:06:31", "+08:00", (24.5, "N", 105.75, "E")))
        for name in ("a.jpg", "b.jpg"):
            file = toys.keep(unit=cast.guizhou, name=name, content=content, act=act)
        photograph = Photograph.objects.get()
        assert (photograph.file, photograph.latitude) == (file, Decimal("24.500000"))
        assert photograph.taken_at == datetime(2019, 9, 12, 14, 6, 31, tzinfo=BEIJING)
        bands = [getattr(photograph, f"band_{number}") for number in range(4)]
        whole = sum(band << 48 - 16 * number for number, band in enumerate(bands))
        assert whole == photograph.fingerprint % (1 << 64)
        with pytest.raises(DatabaseError), transaction.atomic(), system_writes("an attack"):
            Photograph.objects.update(fingerprint=0)

    def test_a_log_is_no_photograph(self, cast: Cast) -> None:
        toys.keep(unit=cast.guizhou, name="a.txt", content=b"log", act=cast.act(cast.clerk))
        assert not Photograph.objects.exists()


@pytest.mark.django_db
class TestSamePicture:
    def test_finds_the_recompressed_and_not_the_others(self, cast: Cast) -> None:
        one, two, three = toys.wells(cast.guizhou, 3)
        first = kept(cast, jpeg(scene(1)), one)
        again = kept(cast, jpeg(scene(1), quality=60), two)
        other = kept(cast, jpeg(scene(2)), three)
        assert first != again
        found = queries.same_picture([first, other])
        assert [like.digest for like in found.pop(first)] == [again]
        assert found == {}

    def test_goes_by_the_rule_of_the_day(self, cast: Cast) -> None:
        with system_writes("a test's set-up"):
            LikenessRule.objects.update(ends_on=date(2020, 1, 1))
        assert queries.largest_distance(date(2019, 12, 31)) == 3
        assert queries.largest_distance(date(2020, 1, 1)) == 0

    def test_a_rule_that_the_bands_could_not_keep_is_refused(self, cast: Cast) -> None:
        for attack in (
            {"largest_distance": 4, "starts_on": date(2001, 1, 1), "ends_on": date(2002, 1, 1)},
            {"largest_distance": 2, "starts_on": date(2020, 1, 1)},
        ):
            with pytest.raises(IntegrityError), transaction.atomic(), system_writes("an attack"):
                LikenessRule.objects.create(source="an attack", **attack)

    @pytest.mark.parametrize("flipped", [(0, 16, 32), (0, 1, 2), (5, 47, 63), (63,)])
    def test_any_three_bits_may_differ(self, cast: Cast, flipped: tuple[int, ...]) -> None:
        one, two = toys.wells(cast.guizhou, 2)
        first, second = kept(cast, b"first", one), kept(cast, b"second", two)

        def signed(bits: int) -> int:
            return bits - (1 << 64) if bits >> 63 else bits

        print_ = 0x9F3C_0017_8001_FFFE
        near = print_
        for bit in flipped:
            near ^= 1 << bit
        with system_writes("a test's set-up"):
            Photograph.objects.create(file_id=first, has_offset=False, fingerprint=signed(print_))
            Photograph.objects.create(file_id=second, has_offset=False, fingerprint=signed(near))
        assert queries.same_picture([first]) == {first: [queries.Likeness(second, len(flipped))]}


@pytest.mark.django_db
class TestRepeatedPictures:
    def test_says_where_else_the_file_and_the_picture_hang(self, cast: Cast) -> None:
        one, two, three, four = toys.wells(cast.guizhou, 4)
        first = kept(cast, jpeg(scene(1)), one)
        kept(cast, jpeg(scene(1)), two)
        again = kept(cast, jpeg(scene(1), quality=60), three)
        kept(cast, jpeg(scene(2)), four)
        found = queries.repeated_pictures(toys.WELL.number, [one, four])
        assert set(found) == {one}
        assert [(each.digest, each.other.record_id, each.distance is None) for each in found[one]] == [
            (first, two, True),
            (first, three, False),
        ]
        assert found[one][1].other.file_id == again

    def test_the_evidence_page_shows_it_within_reach(self, cast: Cast, client: Client) -> None:
        one, two = toys.wells(cast.guizhou, 2)
        content = jpeg(scene(1), said("2019:09:12 14:06:31", "+08:00", (24.5, "N", 105.75, "E")))
        first = kept(cast, content, one)
        kept(cast, jpeg(scene(1), quality=60), two)
        client.force_login(cast.auditor)
        page = client.get(f"/evidence/{first}/about").content.decode()
        assert f'href="/wells/{two}"' in page
        assert "2019-09-12 14:06:31" in page
        assert "24.500000, 105.750000" in page
        client.cookies["bangfu_language"] = "en"
        assert "also used at" in client.get(f"/evidence/{first}/about").content.decode()
