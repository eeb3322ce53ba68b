"""A sheet with personal data: sealed while it waits, gone once it is imported, and out of reach after an erasure."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client

from bangfu.foundation.evidence.queries import path_of
from bangfu.foundation.intake import queries
from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.intake.operations import UnableToImport, cancel_upload
from bangfu.foundation.intake.personal import UnableToOpenSheet, content_of
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Person, PersonKey
from bangfu.foundation.people.operations import erase_person
from bangfu.foundation.people.queries import persons_with
from bangfu.livelihoods.training.operations import import_attendees
from tests.cast import Cast
from tests.livelihoods.training.trained import Row, imported, number, opened, received, workbook

NAME, OTHER = "欧阳不寻常", "司徒罕见"
ROWS = [Row(name=NAME, identity_number=number(7)), Row(name=OTHER, identity_number=number(8))]
SECRETS = (NAME, OTHER, number(7), number(8))


@pytest.fixture
def var(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder of the test's own for all that the house writes."""
    settings.VAR = tmp_path / "var"
    settings.EVIDENCE_FOLDER = tmp_path / "var" / "evidence"
    return tmp_path / "var"


def contents(folder: Path) -> Iterator[bytes]:
    """Return what every file says, and every part of those that are zips."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield content
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                yield from (parts.read(name) for name in parts.namelist())


def found_in_files(folder: Path) -> set[str]:
    """Return which secrets stand in clear in some file, in the codings of sheets."""
    return {
        secret
        for content in contents(folder)
        for secret in SECRETS
        if any(secret.encode(coding) in content for coding in ("utf-8", "gb18030", "utf-16-le"))
    }


def dumped() -> str:
    """Return every row of the database as text, as a backup has them; bytes in hex."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(("places_", "django_"))]
        said = []
        for table in tables:
            cursor.execute(f'SELECT one::text FROM public."{table}" AS one')
            said += [text for (text,) in cursor.fetchall()]
    return "\n".join(said)


def found_in_database() -> set[str]:
    """Return which secrets stand in clear in the database."""
    text = dumped()
    return {secret for secret in SECRETS if secret in text or secret.encode().hex() in text}


@pytest.mark.django_db
class TestSealedSheets:
    def test_the_search_itself_finds_what_lies_in_clear(self, tmp_path: Path) -> None:
        (tmp_path / "clear.xlsx").write_bytes(workbook(ROWS))
        assert found_in_files(tmp_path) == set(SECRETS)

    def test_neither_waiting_nor_imported_does_a_number_or_name_lie_in_clear(
        self, cast: Cast, var: Path, tmp_path: Path
    ) -> None:
        opened(cast)
        act = cast.act(cast.clerk)
        upload = received(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        assert queries.preview(upload).checked.new == 2
        assert content_of(upload).startswith(b"PK")
        assert (found_in_files(var), found_in_database()) == (set(), set())

        import_attendees(upload=upload, act=act)
        assert (found_in_files(var), found_in_database()) == (set(), set())
        assert set(persons_with([number(7), number(8)])) == {number(7), number(8)}

    def test_the_original_is_destroyed_with_the_import_and_a_copy_without_persons_is_kept(
        self, cast: Cast, var: Path, tmp_path: Path
    ) -> None:
        opened(cast)
        imported(ROWS, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        upload = Upload.objects.get()
        assert not SheetKey.objects.exists()
        with pytest.raises(UnableToOpenSheet, match="已销毁"):
            content_of(upload)
        assert upload.redacted_id is not None
        with zipfile.ZipFile(path_of(upload.redacted_id)) as parts:
            said = parts.read("xl/sharedStrings.xml").decode()
        assert "PX-2019-03" in said
        assert "村支书" in said
        assert said.count("已删去") == 1
        client = Client()
        client.force_login(cast.clerk, backend="django.contrib.auth.backends.ModelBackend")
        page = client.get(f"/intake/uploads/{upload.pk}/").content.decode()
        assert "删去个人信息的副本" in page
        answer = client.get(f"/intake/uploads/{upload.pk}/redacted.xlsx")
        assert answer.content == path_of(upload.redacted_id).read_bytes()
        assert client.get(f"/intake/uploads/{upload.pk}/refused.xlsx").status_code == 409
        client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(f"/intake/uploads/{upload.pk}/redacted.xlsx").status_code == 403

    def test_the_same_sheet_is_still_known_and_imported_once(
        self, cast: Cast, var: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened(cast)
        content = workbook(ROWS)
        monkeypatch.setattr("tests.livelihoods.training.trained.workbook", lambda rows: content)
        act = cast.act(cast.clerk)
        second = received(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        imported(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        with pytest.raises(UnableToImport) as refused:
            import_attendees(upload=second, act=act)
        assert refused.value.code == "duplicate_file"
        with pytest.raises(UnableToImport) as refused:
            received(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        assert refused.value.code == "duplicate_file"

    def test_an_erased_person_is_in_no_file_row_or_backup_that_opens(
        self, cast: Cast, var: Path, tmp_path: Path
    ) -> None:
        opened(cast)
        act = cast.act(cast.clerk)
        imported(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        waiting = received(
            [Row(name=NAME, identity_number=number(7), post="x")], unit=cast.guizhou, act=act, folder=tmp_path
        )
        other = received(
            [Row(name=OTHER, identity_number=number(8), post="x")],
            unit=cast.guizhou,
            act=act,
            folder=tmp_path,
        )
        person = Person.objects.get(pk=persons_with([number(7)])[number(7)])
        sealed_sheet, sealed_number = (
            path_of(waiting.sheet_id).read_bytes(),
            bytes(person.identity_number_sealed),
        )
        backup = tmp_path / "backup"
        shutil.copytree(var, backup)

        erase_person(person=person, act=cast.act(cast.administrator))

        states = dict(Upload.objects.values_list("pk", "state"))
        assert (states[waiting.pk], states[other.pk]) == ("CANCELLED", "PREVIEWED")
        with pytest.raises(UnableToOpenSheet):
            content_of(waiting)
        assert content_of(other)
        assert found_in_files(var) | found_in_files(backup) | found_in_database() == set()
        for key in SheetKey.objects.all():
            with pytest.raises(vault.Unsealable):
                vault.open_content(bytes(key.wrapped), sealed_sheet, label=f"sheet:{key.pk}")
        for own in PersonKey.objects.all():
            with pytest.raises(vault.Unsealable):
                vault.open_text(
                    bytes(own.wrapped), sealed_number, person=own.person_id, column="identity_number"
                )

    def test_a_sheet_that_cannot_be_read_any_more_does_not_stop_an_erasure(
        self, cast: Cast, var: Path, tmp_path: Path
    ) -> None:
        opened(cast)
        act = cast.act(cast.clerk)
        imported(ROWS, unit=cast.guizhou, act=act, folder=tmp_path)
        lost, old = (
            received(
                [Row(name=OTHER, identity_number=number(9), post=post)],
                unit=cast.guizhou,
                act=act,
                folder=tmp_path,
            )
            for post in ("x", "y")
        )
        path_of(lost.sheet_id).unlink()
        with system_writes("a layout that a later version has no more"):
            Upload.objects.filter(pk=old.pk).update(layout="training.gone")
        person = Person.objects.get(pk=persons_with([number(7)])[number(7)])
        erase_person(person=person, act=cast.act(cast.administrator))
        assert set(Upload.objects.filter(pk__in=[lost.pk, old.pk]).values_list("state", flat=True)) == {
            "CANCELLED"
        }
        assert not SheetKey.objects.exists()

    def test_a_cancelled_sheet_is_destroyed(self, cast: Cast, var: Path, tmp_path: Path) -> None:
        opened(cast)
        upload = received(ROWS, unit=cast.guizhou, act=cast.act(cast.clerk), folder=tmp_path)
        cancel_upload(upload=upload, act=cast.act(cast.clerk))
        with pytest.raises(UnableToOpenSheet):
            content_of(upload)
